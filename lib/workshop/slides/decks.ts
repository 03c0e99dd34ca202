import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withPlainLines } from '../attendee-files.js'
import { root } from '../exercises.js'

/** One talk: a Markdown file under `slides/`, with slides between `---` and speaker notes in comments, as Marp reads it. */
export interface Deck {
  /** `module-1` */
  readonly name: string
  readonly markdown: string
}

/**
 * A picture that the simulator draws when the deck is built. In a deck it is an empty block:
 *
 *     ```story exercise-01 starter "★★ two clicks at the same time" steps 1-6
 *     ```
 *
 * The check of that name is run against a folder or file under the exercise's solution, and must find a broken promise there.
 */
export interface StoryBlock {
  /** The block as it stands in the deck. */
  readonly source: string
  readonly exercise: string
  /** `starter`, or `near-misses/flag-without-version-check.ts`. */
  readonly submission: string
  readonly check: string
  /** The first and the last step to show; left out: all of them. */
  readonly steps: readonly [number, number] | undefined
}

const folder = join(root, 'slides')

/** All decks in the order in which they are shown. */
export function listDecks(): readonly Deck[] {
  const place = (name: string): string => (name === 'opening' ? '0' : name === 'closing' ? '9' : name)
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.md') && file !== 'README.md' ? [file.slice(0, -'.md'.length)] : []))
  const rank = (name: string): string => place(name).replace('module-', '')
  return names.sort((a, b) => rank(a).localeCompare(rank(b))).map((name) => ({ name, markdown: withPlainLines(readFileSync(join(folder, `${name}.md`), 'utf8')) }))
}

const block = /^```story (exercise-\d\d) (\S+) "([^"]+)"(?: steps (\d+)-(\d+))?\n```$/gm

export function storyBlocks({ markdown }: Deck): readonly StoryBlock[] {
  return [...markdown.matchAll(block)].map(([source, exercise = '', submission = '', check = '', first, last]) => ({
    source,
    exercise,
    submission,
    check,
    steps: first === undefined || last === undefined ? undefined : [Number(first), Number(last)],
  }))
}
