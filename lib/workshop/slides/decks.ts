import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withPlainLines } from '../attendee-files.js'
import { root } from '../exercises.js'

/** One talk: Markdown, with slides between `---` and speaker notes in comments, as Marp reads it. */
export interface Deck {
  /** `module-1` */
  readonly name: string
  readonly markdown: string
}

const folder = join(root, 'slides')

/** The files under `slides/`, in the order in which they are shown. */
export function listDecks(): readonly Deck[] {
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.md') && file !== 'README.md' ? [file.slice(0, -'.md'.length)] : []))
  const rank = (name: string): number => (name === 'opening' ? 0 : name === 'closing' ? Infinity : Number(name.replace('module-', '')))
  return names.sort((a, b) => rank(a) - rank(b)).map((name) => ({ name, markdown: withPlainLines(readFileSync(join(folder, `${name}.md`), 'utf8')) }))
}

/** What stands above the first slide, and each slide. */
export interface Split {
  readonly front: string
  readonly slides: readonly string[]
}

export function split({ markdown }: Pick<Deck, 'markdown'>): Split {
  const [, front = '', body = markdown] = /^(---\n[\s\S]*?\n---\n)([\s\S]*)$/.exec(markdown) ?? []
  return { front, slides: body.split(/\n---\n/).map((slide) => slide.trim()) }
}

export function joined({ front, slides }: Split): string {
  return `${front}\n${slides.join('\n\n---\n\n')}\n`
}
