import { isDeepStrictEqual } from 'node:util'
import { renderTerminal, renderWorld } from '../../story/index.js'
import { wordingFor } from '../../story/shorten.js'
import { cut } from '../../story/width.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import type { Story } from './story.js'

/** The whole story as text: after each step what has changed in the stores and queues, and what could happen next. */
export function tell(story: Story, terminal: Terminal): string {
  const { exercise, test, trace, brokenAt, brokenAtRest, ending } = story
  const { paint, width, colour } = terminal
  const titles = renderTerminal(trace, { width, colour, to: 0 })
  const lines = [paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`), wrap(test, width), '', titles]
  trace.steps.forEach((step, index) => {
    const row = renderTerminal(trace, { width, colour, brokenAt, brokenAtRest, from: step.number, to: step.number })
    lines.push(titles === '' ? row : row.slice(titles.length + 1))
    if (step.after !== undefined && !isDeepStrictEqual(step.after, trace.steps[index - 1]?.after)) {
      lines.push('', ...renderWorld(step.after, { width: width - 5, colour, whole: true }).split('\n').map((line) => `     ${line}`))
    }
    lines.push('', ...optionLines(story, index + 1, terminal), '')
  })
  lines.push(...endingLines(ending, terminal), '', exercise.name, ...nextLines([[`npm test -- ${exercise.name}`, 'after you have changed something']], terminal))
  return lines.join('\n')
}

/** What could happen after so many steps: first what did happen, then what else might have. Nothing after the last one. */
export function optionLines({ trace, schedule }: Story, after: number, { paint, width }: Terminal): string[] {
  const next = trace.steps[after]
  if (next?.open === undefined || next.open.length === 0) return []
  const say = wordingFor(next.open)
  const taken = say(schedule[after] ?? '')
  const others = [...new Set(next.open.map(say))].filter((option) => option !== taken)
  const indent = ' '.repeat(13)
  const lines = (option: string, first: string): string[] => wrap(option, width, first, `${indent}  `).split('\n').map((line) => cut(line, width))
  return [...lines(taken, '     next: ▶ '), ...others.flatMap((option) => lines(option, indent).map((line) => paint.dim(line)))]
}

export function endingLines([first = '', ...rest]: readonly string[], { paint, width }: Terminal): string[] {
  const tint = first.startsWith('?') ? paint.yellow.bold : paint.red.bold
  const lines = (text: string, indent: string): string[] => wrap(text, width, indent, '  ').split('\n')
  return [...lines(first, '').map((line) => tint(line)), ...rest.flatMap((line) => lines(line, '  '))]
}
