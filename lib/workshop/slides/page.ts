import { readFileSync } from 'node:fs'
import { Marp } from '@marp-team/marp-core'
import type { Deck } from './decks.js'
import { show } from './show.js'

const beside = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')

/** A deck as one page that needs no network. `pictures` stand in for the blocks that are their keys. */
export function renderPage(deck: Deck, pictures: ReadonlyMap<string, string>): { readonly html: string; readonly slides: number } {
  const marp = newMarp()
  marp.themeSet.default = marp.themeSet.add(beside('./theme.css'))
  const placed = [...pictures]
  const markdown = placed.reduce((text, [source], index) => text.replaceAll(source, `PICTURE-${index}.`), deck.markdown)
  const { html, css, comments } = marp.render(markdown, { htmlAsArray: true })
  const slides = html.map((slide, index) => {
    const picture = slide.replace(/<p>PICTURE-(\d+)\.<\/p>/g, (_, number: string) => placed[Number(number)]?.[1] ?? '')
    return `<div class="marpit">${picture}<aside><div>${paragraphs(comments[index] ?? [])}</div></aside></div>`
  })
  const parts: Readonly<Record<string, string>> = { TITLE: escaped(titleOf(deck)), THEME: css, STYLE: beside('./page.css'), SLIDES: slides.join('\n'), PROGRAM: show }
  return { html: beside('./page.html').replace(/\{\{([A-Z]+)\}\}/g, (_, part: string) => parts[part] ?? ''), slides: slides.length }
}

/** A page that leads to the others, each to show, to read with its notes, and to print. */
export function renderIndex(talks: readonly Deck[], hasPdf: (name: string) => boolean): string {
  const row = (talk: Deck): string => {
    const links = [`<a href="${talk.name}.html">show</a>`, `<a href="${talk.name}.html?notes">read with notes</a>`, ...[talk.name, `${talk.name}-notes`].filter(hasPdf).map((name) => `<a href="${name}.pdf">${name}.pdf</a>`)]
    return `<tr><th>${escaped(talk.name)}</th><td>${escaped(titleOf(talk))}</td><td>${links.join(' · ')}</td></tr>`
  }
  const keys = 'Arrow keys turn the slides. <b>p</b> opens a window for the speaker, with the notes, the next slide and a clock. <b>f</b> fills the screen.'
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Slides</title>
<style>
:root { color-scheme: light dark; }
body { font: 18px/1.6 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }
th, td { text-align: left; padding: 4px 24px 4px 0; vertical-align: top; }
th, a { white-space: nowrap; }
</style>
<h1>Slides</h1>
<p>${keys}</p>
<table>
${talks.map(row).join('\n')}
</table>
</html>
`
}

/** The speaker's notes, slide by slide; a slide without any has an empty list. */
export function notesOf(deck: Deck): readonly (readonly string[])[] {
  return newMarp().render(deck.markdown, { htmlAsArray: true }).comments
}

export function titleOf({ name, markdown }: Deck): string {
  return /^# (.*)$/m.exec(markdown)?.[1] ?? name
}

function newMarp(): Marp {
  return new Marp({ emoji: { unicode: false }, math: false, script: false, html: false })
}

function paragraphs(notes: readonly string[]): string {
  return notes.flatMap((text) => text.split(/\n\s*\n/)).map((text) => `<p>${escaped(text)}</p>`).join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
