import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import type { Questions } from './questions.js'

/** Who does what for how long. Times are milliseconds. */
export interface Plan extends Questions {
  readonly exercise: Exercise
  /** In the order in which they drive; two or more. */
  readonly people: readonly string[]
  readonly alone: number
  readonly mob: number
  readonly rotate: number
}

/** One stretch at the keyboard, in milliseconds since the mob began. */
export interface Turn {
  readonly driver: string
  readonly navigators: readonly string[]
  readonly from: number
  readonly to: number
}

export const minute = 60_000

/** The turns that fit into the mob's time; the last one may be shorter. */
export function turnsOf(plan: Plan): readonly Turn[] {
  return Array.from({ length: Math.ceil(plan.mob / plan.rotate) }, (_, index) => ({
    ...rolesAt(plan, index),
    from: index * plan.rotate,
    to: Math.min(plan.mob, (index + 1) * plan.rotate),
  }))
}

/** Whoever comes next to the keyboard stands first among the navigators. */
export function rolesAt({ people }: Plan, turn: number): { readonly driver: string; readonly navigators: readonly string[] } {
  const at = turn % people.length
  const [driver = '', ...navigators] = [...people.slice(at), ...people.slice(0, at)]
  return { driver, navigators }
}

/** @throws ExplainedError for fewer than two names. */
export function peopleIn(text: string): readonly string[] {
  const people = text.split(/[,;]/).map((name) => name.trim()).filter((name) => name !== '')
  if (people.length >= 2) return people
  throw new ExplainedError({
    what: people.length === 0 ? 'No names were given.' : `Only one name was given: ${people.join('')}.`,
    why: 'A mob needs a driver and at least one navigator.',
    next: 'Name two or more, with commas between them: --people "Anna, Ben, Chris".',
  })
}

/** @returns milliseconds. @throws ExplainedError for what is no number of minutes from `least` to 120. */
export function minutesIn(text: string, flag: string, least: number): number {
  const minutes = Number(text.replace(',', '.'))
  if (text.trim() !== '' && minutes >= least && minutes <= 120) return minutes * minute
  throw new ExplainedError({
    what: `--${flag} "${text}" is no number of minutes.`,
    why: 'The clock would not know when to ring.',
    next: `Give ${least} to 120 minutes: --${flag} ${flag === 'rotate' ? 4 : 10}.`,
  })
}
