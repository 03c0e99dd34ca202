import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Marp } from '@marp-team/marp-core'
import { root, type Exercise } from '../exercises.js'

/** The facilitator's sheet of an exercise, as Markdown. */
export function readSheet({ folder }: Pick<Exercise, 'folder'>): string {
  return readFileSync(join(root, 'facilitation', `${folder}.md`), 'utf8').replaceAll('\r\n', '\n')
}

/** One page with the sheets of these exercises, to be opened from `facilitation/dist`. Each is printed on a page of its own. */
export function renderSheets(exercises: readonly Exercise[]): string {
  const css = readFileSync(new URL('./sheets.css', import.meta.url), 'utf8')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The facilitator's sheets</title>
<style>
${css}</style>
</head>
<body>
${exercises.map((exercise) => sectionOf(readSheet(exercise))).join('\n')}
</body>
</html>
`
}

/** Markdown as a plain section: by the reader of the slides, without anything that makes slides of it. */
function sectionOf(markdown: string): string {
  const reader = new Marp({ inlineSVG: false, emoji: { unicode: false }, math: false, script: false, html: false, markdown: { breaks: false } })
  const { html } = reader.render(markdown, { htmlAsArray: true })
  return html.join('\n').replace(/<section[^>]*>/g, '<section>').replaceAll('href="../', 'href="../../')
}

/** How many pages a PDF from a Chromium has. */
export function pagesIn(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0
}
