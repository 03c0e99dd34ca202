import { readFileSync } from 'node:fs'
import { Marp } from '@marp-team/marp-core'
import type { Deck } from './decks.js'

const beside = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')

/** A deck as one page that needs no network. `pictures` stand in for the blocks that are their keys. */
export function renderPage(deck: Deck, pictures: ReadonlyMap<string, string>): { readonly html: string; readonly slides: number } {
  const marp = new Marp({ emoji: { unicode: false }, math: false, script: false, html: false })
  marp.themeSet.default = marp.themeSet.add(beside('./theme.css'))
  const placed = [...pictures]
  const markdown = placed.reduce((text, [source], index) => text.replaceAll(source, `PICTURE-${index}.`), deck.markdown)
  const { html, css, comments } = marp.render(markdown, { htmlAsArray: true })
  const slides = html.map((slide) => slide.replace(/<p>PICTURE-(\d+)\.<\/p>/g, (_, index: string) => placed[Number(index)]?.[1] ?? ''))
  const notes = comments.map((texts) => `<aside>${texts.flatMap((text) => text.split(/\n\s*\n/)).map((text) => `<p>${escaped(text)}</p>`).join('')}</aside>`)
  const parts: Readonly<Record<string, string>> = { TITLE: titleOf(deck), THEME: css, SLIDES: slides.join('\n'), NOTES: notes.join('\n') }
  return { html: beside('./page.html').replace(/\{\{([A-Z]+)\}\}/g, (_, part: string) => parts[part] ?? ''), slides: slides.length }
}

/** The speaker's notes, slide by slide; a slide without any has an empty list. */
export function notesOf(deck: Deck): readonly (readonly string[])[] {
  return new Marp({ emoji: { unicode: false }, math: false, script: false, html: false }).render(deck.markdown, { htmlAsArray: true }).comments
}

function titleOf({ name, markdown }: Deck): string {
  return escaped(/^# (.*)$/m.exec(markdown)?.[1] ?? name)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
