import { renderSvg } from '../../story/index.js'
import type { Story } from '../replay/story.js'
import { tag, words } from './html.js'
import { panels } from './panel.js'
import { style } from './style.js'
import { walk } from './walk.js'

/** A story that goes on for ever is shown so far. */
export const mostSteps = 150

/**
 * A story as one HTML file that needs nothing else, and may fetch nothing else: its content security policy forbids it. The diagram, and
 * beside it what is known about the step that is selected.
 */
export function storyPage(whole: Story): string {
  const story = { ...whole, trace: { ...whole.trace, steps: whole.trace.steps.slice(0, mostSteps) } }
  const { exercise, trace, brokenAt, test } = story
  const title = `exercise ${exercise.name.slice(-2)} · ${exercise.title}`
  const left = whole.trace.steps.length - trace.steps.length
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    tag('title', {}, words(`${title} · ${story.ending[0] ?? 'a story'}`)),
    `<style>${style}</style>`,
  ]
  const keys = tag('span', { class: 'keys' }, 'or the keys ← → Home End; a pointer looks at a step')
  const body = [
    tag('header', {}, tag('h1', {}, words(title), ' ', tag('span', {}, words(test))), ending(story)),
    tag(
      'main',
      {},
      tag('div', { class: 'diagram' }, renderSvg(trace, { brokenAt, width: 960 }), left === 0 ? '' : tag('p', { class: 'facts' }, `… and so on: ${left} more steps`)),
      tag(
        'div',
        { class: 'beside', role: 'region', 'aria-label': 'the step', tabindex: 0 },
        tag('nav', { 'aria-label': 'steps' }, tag('button', { type: 'button', 'aria-label': 'previous step' }, '←'), tag('button', { type: 'button', 'aria-label': 'next step' }, '→'), keys),
        tag('div', { 'aria-live': 'polite' }, ...panels(story)),
      ),
    ),
    tag('footer', {}, tag('code', {}, `npm test -- ${exercise.name}`), ' after you have changed something, then ', tag('code', {}, `npm run story -- ${exercise.name}`), ' again'),
    `<script>${walk}</script>`,
  ]
  return `<!doctype html>\n<html lang="en">\n<head>${head.join('\n')}</head>\n<body>${body.join('\n')}</body>\n</html>\n`
}

function ending({ ending: [first = '', ...rest] }: Story): string {
  return tag('div', { class: 'ending' }, tag('p', {}, tag('b', {}, words(first))), ...rest.map((line) => tag('p', {}, words(line))))
}
