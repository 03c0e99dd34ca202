import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import type { Questions } from './questions.js'

/** The parts of an exercise, as the facilitator's book has them. */
export const partsInOrder = ['predict', 'observe', 'discuss', 'alone', 'mob', 'reflect'] as const

export type Part = (typeof partsInOrder)[number]

/** Who does what for how long. Times are milliseconds. */
export interface Plan extends Questions {
  readonly exercise: Exercise
  /** In the order in which they drive; two or more. */
  readonly people: readonly string[]
  readonly times: Readonly<Record<Part, number>>
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

/** What talking takes: five minutes before the work and five after it. */
export const talking = { predict: minute, observe: 2 * minute, discuss: 2 * minute, reflect: 5 * minute } as const

const leastTurn = 2 * minute // less is all handing over
const mostTurn = 5 * minute

/**
 * How long a turn is, so that everybody drives equally often within the time of the mob. Where that leaves less than two minutes, as
 * many drive as can; the others begin the next exercise.
 */
export function rotationFor(mob: number, people: number): number {
  const turns = mob / people < leastTurn ? Math.max(1, Math.floor(mob / leastTurn)) : people * Math.ceil(mob / people / mostTurn)
  return Math.ceil(mob / turns / 1000) * 1000
}

/** The turns that fit into the mob's time; the last one may be shorter. */
export function turnsOf(plan: Plan): readonly Turn[] {
  const { rotate, times } = plan
  return Array.from({ length: Math.ceil(times.mob / rotate) }, (_, index) => ({
    ...rolesAt(plan, index),
    from: index * rotate,
    to: Math.min(times.mob, (index + 1) * rotate),
  }))
}

/** Whoever comes next to the keyboard stands first among the navigators. */
export function rolesAt(plan: Plan, turn: number): { readonly driver: string; readonly navigators: readonly string[] } {
  const [driver = '', ...navigators] = orderAt(plan, turn)
  return { driver, navigators }
}

/** In which order people drive after so many turns. */
export function orderAt({ people }: Plan, turns: number): readonly string[] {
  const at = turns % people.length
  return [...people.slice(at), ...people.slice(0, at)]
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
    what: `--${flag} "${text}" is not a number of minutes.`,
    why: 'The clock would not know when to ring.',
    next: `Give ${least} to 120 minutes: --${flag} ${flag === 'rotate' ? 2 : 10}.`,
  })
}
