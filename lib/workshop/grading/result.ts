import type { Finding } from '../../exploration/index.js'
import type { Exercise } from '../exercises.js'
import type { Replayed } from '../test-record.js'

/** How the graded checks of one exercise ended, as plain data. */
export interface ExerciseResult {
  readonly exercise: Exercise
  /** In the order of the test file. Empty when the file could not be loaded. */
  readonly checks: readonly CheckResult[]
  /** Why the file could not be loaded, or what went wrong beside the checks. */
  readonly problems: readonly Problem[]
  /** Milliseconds. */
  readonly duration: number
}

export interface CheckResult {
  /** With the names of its suites: what `-t` and `replay` find it by. */
  readonly fullName: string
  /** Without the stars. */
  readonly name: string
  /** The suite, when it is the suite that has the stars. Without them. */
  readonly group: string | undefined
  /** How many stars; 0 when nobody says. */
  readonly level: Level
  readonly state: 'passed' | 'broken' | 'unknown' | 'skipped'
  /** What `check()` found, once for each time that the test called it. */
  readonly findings: readonly Finding[]
  /** What failed, when it was not a promise. */
  readonly problem: Problem | undefined
  /** What was written to the console. */
  readonly output: string
  /** Milliseconds. */
  readonly duration: number
  /** What came of running its story again, if that was asked for. */
  readonly replayed?: Replayed
}

export type Level = 0 | 1 | 2 | 3

/** A failure that has no story: an assertion, a syntax error, a missing import, an endless loop. */
export interface Problem {
  /** One line. */
  readonly title: string
  /** What else is worth reading, if anything. */
  readonly detail: string | undefined
  /** `exercises/exercise-01-double-click/submit-cart.ts:14` */
  readonly site: string | undefined
  /** True when title and detail are the text of a check, which says all that there is to say in its own form. */
  readonly lesson?: boolean
}

/** The highest level that is passed together with all below it. */
export function levelReached(checks: readonly CheckResult[]): Level {
  const levels = ([1, 2, 3] as const).filter((level) => checks.some((check) => check.level === level))
  let reached: Level = 0
  for (const level of levels) {
    if (checks.some((check) => check.level <= level && check.state !== 'passed')) break
    reached = level
  }
  return reached
}

/** The one whose story is told; the others have to wait. What is broken teaches more than what is unknown, so it comes first. */
export function firstFailure(checks: readonly CheckResult[]): CheckResult | undefined {
  return checks.find(({ state }) => state === 'broken') ?? checks.find(({ state }) => state === 'unknown')
}

/** The finding that tells why a check did not pass, if `check()` gave one. */
export function decisiveFinding(check: CheckResult): Exclude<Finding, { verdict: 'passed' }> | undefined {
  const last = check.findings.at(-1)
  return last === undefined || last.verdict === 'passed' ? undefined : last
}
