import type { SerializedError } from 'vitest'
import type { Exercise } from '../exercises.js'
import type { TestRecord } from '../test-record.js'
import type { Thrown } from './direct/messages.js'
import type { Loop } from './endless-loops.js'
import { foreignImport } from './foreign-imports.js'
import { loadedInItsPlace } from './in-its-place.js'
import { problemOf } from './problem.js'
import type { CheckResult, ExerciseResult, Level } from './result.js'

/** How a test ended, whatever has run it. */
export interface EndedTest {
  /** Those of its suites, from outside, and its own. */
  readonly names: readonly string[]
  /** `pending`: it was begun, or was to be, and the process was ended before it was over. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  readonly record: TestRecord
  readonly error: SerializedError | Thrown | undefined
  readonly output: string
  /** Milliseconds. */
  readonly duration: number
}

export interface EndedRun {
  readonly tests: readonly EndedTest[]
  /** The loop for which the process was ended. */
  readonly loop: Loop | undefined
  /** What went wrong beside the tests. */
  readonly errors: readonly SerializedError[]
  /** Milliseconds. */
  readonly duration: number
}

export function exerciseResult(exercise: Exercise, { tests, loop, errors, duration }: EndedRun): ExerciseResult {
  const other = loadedInItsPlace(exercise) ?? foreignImport(exercise)
  if (other !== undefined) return { exercise, checks: [], problems: [other], duration }
  const checks = tests.map((test) => checkResult(test, test.state === 'pending' && test.names.at(-1) === loop?.test ? loop : undefined))
  const atImport = loop !== undefined && checks.every(({ problem }) => problem !== loop.problem) ? [loop.problem] : []
  return { exercise, checks, problems: [...atImport, ...errors.map(problemOf)], duration }
}

/** @param loop why the check never ended, if it did not. */
function checkResult({ names, state, record, error, output, duration }: EndedTest, loop: Loop | undefined): CheckResult {
  const findings = record.findings ?? []
  const { replayed } = record
  const { level, name, group } = placeOf(names)
  const verdict = findings.at(-1)?.verdict
  const states = {
    passed: 'passed',
    skipped: 'skipped',
    pending: loop === undefined || loop.unknown === true ? 'unknown' : 'broken',
    failed: verdict === 'unknown' || error?.name === 'Unknown' ? 'unknown' : 'broken',
  } as const
  const problem = loop?.problem ?? (error === undefined ? undefined : problemOf(error))
  return { fullName: names.join(' > '), name, group, level, state: states[state], findings, problem, output, duration, ...(replayed === undefined ? {} : { replayed }) }
}

/** The stars stand before the name of the test, or before that of a suite around it. */
function placeOf(names: readonly string[]): { readonly level: Level; readonly name: string; readonly group: string | undefined } {
  const own = splitStars(names.at(-1) ?? '')
  if (own.level > 0) return { ...own, group: undefined }
  for (const suiteName of names.slice(0, -1).reverse()) {
    const suite = splitStars(suiteName)
    if (suite.level > 0) return { level: suite.level, name: own.name, group: suite.name }
  }
  return { ...own, group: undefined }
}

function splitStars(text: string): { readonly level: Level; readonly name: string } {
  const [, stars = '', name = text] = /^(★{0,3})\s*(.*)$/s.exec(text) ?? []
  const levels: readonly Level[] = [0, 1, 2, 3]
  return { level: levels[stars.length] ?? 0, name }
}
