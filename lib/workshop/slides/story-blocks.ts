import type { Action } from '../../simulation/trace.js'
import type { Deck } from './decks.js'

/**
 * A picture that the simulator draws when the deck is built. In a deck it is an empty block:
 *
 *     ```story exercise-01 starter "★★ two clicks at the same time" steps 1-6 lanes browser web without acks
 *     ```
 *
 * The check of that name is run against a folder or file under the exercise's solution, and must find a broken promise there. What follows the
 * check cuts the story, since a slide has room for few lines that can be read from the back of a room.
 */
export interface StoryBlock {
  /** The block as it stands in the deck. */
  readonly source: string
  readonly exercise: string
  /** `starter`, or `near-misses/flag-without-version-check.ts`. */
  readonly submission: string
  readonly check: string
  readonly cut: Cut
}

/** Which steps are shown. Without anything: all of them. */
export interface Cut {
  /** The first and the last step. */
  readonly steps?: readonly [number, number] | undefined
  /** Who takes part, with their stores. A step that reaches anybody else is left out. */
  readonly lanes?: readonly string[] | undefined
  /** Kinds of steps that are left out. */
  readonly without?: readonly Action[] | undefined
  /** It does not say how it ends. */
  readonly unfinished?: boolean | undefined
}

const actions: Readonly<Record<string, Action>> = { acks: 'settle', reads: 'read', commits: 'commit' }

const block = /^```story (exercise-\d\d) (\S+) "([^"]+)"(?: steps (\d+)-(\d+))?(?: lanes ((?: ?(?!without\b|unfinished\b)[a-z-]+)+))?(?: without ((?: ?(?:acks|reads|commits))+))?( unfinished)?\n```$/gm

export function storyBlocks({ markdown }: Pick<Deck, 'markdown'>): readonly StoryBlock[] {
  return [...markdown.matchAll(block)].map(([source, exercise = '', submission = '', check = '', first, last, lanes, without, unfinished]) => ({
    source,
    exercise,
    submission,
    check,
    cut: {
      steps: first === undefined || last === undefined ? undefined : [Number(first), Number(last)],
      lanes: lanes?.split(' '),
      without: without?.split(' ').flatMap((word) => actions[word] ?? []),
      unfinished: unfinished !== undefined,
    },
  }))
}
