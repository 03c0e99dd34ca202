import type { Level } from '../grading/result.js'
import type { Report, Result, TellingCommand } from './report.js'

/** What a room knows of one exercise of one person. Times are milliseconds since 1970, by the room's own clock. */
export interface Work {
  /** The best of the runs since the starter was brought back. */
  readonly stars: Level
  /** Of the last run of all checks. */
  readonly passed: number
  readonly total: number
  /** All checks have passed. */
  readonly done: boolean
  /** The solution was taken. */
  readonly applied: boolean
  readonly hints: number
  /** The check that fails first, and since when it is the same one. */
  readonly red?: { readonly check: string; readonly since: number }
  /** The numbers of the reports that said last how the files are, and that the starter is back. */
  readonly told: number
  readonly reset: number
}

export interface Person {
  /** What the page knows them by. */
  readonly number: number
  /** Unlike that of everybody else in the room: the second Ada is "Ada (2)". */
  readonly name: string
  readonly joined: number
  readonly left: boolean
  readonly work: Readonly<Record<string, Work>>
  /** What they have done last. */
  readonly last?: { readonly exercise: string; readonly command: TellingCommand; readonly at: number; readonly number: number }
  /** How many reports have counted. */
  readonly reports: number
}

/** Stands for the name of a check where the files could not be judged. */
export const doesNotLoad = 'the files cannot be run'

/** Reports that are older than this are taken to be this old, in milliseconds: no course takes longer. */
const longestAgo = 24 * 3_600_000

const untouched: Work = { stars: 0, passed: 0, total: 0, done: false, applied: false, hints: 0, told: 0, reset: 0 }

/**
 * What a report makes of what is known of a person.
 *
 * @param received when it came, by the room's clock.
 */
export function withReport(person: Person, report: Report, received: number): Person {
  // A clock that was set between the two moments makes anything of `ago`.
  const at = Math.max(person.joined, received - Math.min(report.ago, longestAgo))
  const { exercise, command, number } = report
  const before = person.work[exercise] ?? untouched
  const last = person.last !== undefined && number < person.last.number ? person.last : { exercise, command, at, number }
  return { ...person, reports: person.reports + 1, work: { ...person.work, [exercise]: after(before, report, at) }, last }
}

function after(before: Work, { command, result, number }: Report, at: number): Work {
  if (command === 'hint') return { ...before, hints: before.hints + 1 }
  if (number < before.told) return overtaken(before, number, result)
  const { red, ...rest } = { ...before, told: number }
  if (command === 'solution') return { ...rest, applied: true }
  if (command === 'reset') return { ...rest, stars: 0, passed: 0, total: 0, done: false, applied: false, reset: number }
  if (result === undefined) return before
  const check = result.loads ? result.failing : doesNotLoad
  const kept = check === undefined ? undefined : { red: { check, since: red?.check === check ? red.since : at } }
  // Some checks that pass say nothing of the others; one that fails does.
  if (!result.whole) return { ...before, told: number, ...kept }
  return { ...rest, ...bestOf(before, result), passed: result.passed, total: result.total, ...kept }
}

/** Two commands that ran at once may be heard of in either order. What the earlier one has reached counts, unless the starter was brought back since. */
function overtaken(before: Work, number: number, result: Result | undefined): Work {
  return result?.whole === true && number > before.reset ? { ...before, ...bestOf(before, result) } : before
}

function bestOf(before: Work, result: Result): Pick<Work, 'stars' | 'done'> {
  const done = before.done || (result.loads && result.total > 0 && result.passed === result.total)
  return { stars: before.stars > result.stars ? before.stars : result.stars, done }
}

/** How much somebody needs a visit, the most first. */
export const needs = ['stuck', 'quiet', 'new', 'red', 'working', 'done', 'left'] as const

export interface Need {
  readonly kind: (typeof needs)[number]
  /** Since when, in milliseconds since 1970. */
  readonly since: number
  /** The check that fails. */
  readonly check?: string
}

/** Red on the same check for longer than this is stuck. Milliseconds. */
export const stuckAfter = 6 * 60_000

/** Whoever has told nothing for longer than this, and is neither red nor done, is quiet. Milliseconds. */
export const quietAfter = 10 * 60_000

export function needOf(person: Person, now: number): Need {
  const { last, joined, left } = person
  if (left) return { kind: 'left', since: last?.at ?? joined }
  if (last === undefined) return { kind: 'new', since: joined }
  const work = person.work[last.exercise] ?? untouched
  if (work.red !== undefined) return { kind: now - work.red.since > stuckAfter ? 'stuck' : 'red', since: work.red.since, check: work.red.check }
  if (work.done) return { kind: 'done', since: last.at }
  return { kind: now - last.at > quietAfter ? 'quiet' : 'working', since: last.at }
}
