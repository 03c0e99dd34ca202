import { join } from 'node:path'
import type { Finding } from '../../exploration/index.js'
import type { Exercise } from '../exercises.js'
import { decisiveFinding, firstFailure, type ExerciseResult } from '../grading/result.js'
import { readRecord, removeRecord, writeRecord } from './folder.js'

type Broken = Extract<Finding, { verdict: 'broken' }>

/** The last broken promise of an exercise: enough to run it again. */
export interface LastStory {
  readonly exercise: string
  /** The test, with the names of its suites. */
  readonly test: string
  /** Which check of the test it was, from 0. */
  readonly check: number
  readonly schedule: readonly string[]
  readonly finding: Broken
}

/** Why the last run of an exercise left no story. */
export interface NoStory {
  readonly exercise: string
  readonly none: 'passed' | 'no story'
}

/**
 * Keeps the story of a result: that of the first check that did not pass, which is the one on the screen. Without one the record is cleared, so that
 * nobody is shown the story of an earlier run.
 */
export function keepStory({ exercise, checks }: ExerciseResult): void {
  const check = firstFailure(checks)
  const finding = check === undefined ? undefined : decisiveFinding(check)
  if (check === undefined || finding?.verdict !== 'broken') {
    const none: NoStory = { exercise: exercise.name, none: check === undefined && checks.some(({ state }) => state === 'passed') ? 'passed' : 'no story' }
    writeRecord(fileOf(exercise), none)
    return
  }
  const story: LastStory = { exercise: exercise.name, test: check.fullName, check: check.findings.length - 1, schedule: finding.schedule, finding }
  writeRecord(fileOf(exercise), story)
}

/** For when files are replaced: what is on record was not told of these. */
export function forgetStory(exercise: Exercise): void {
  removeRecord(fileOf(exercise))
}

/** Undefined when there was no run since the files were handed out or replaced. */
export function lastStory(exercise: Exercise): LastStory | NoStory | undefined {
  const record = readRecord(fileOf(exercise))
  const { none } = (record ?? {}) as Partial<NoStory>
  if (none === 'passed' || none === 'no story') return { exercise: exercise.name, none }
  return parseStory(record)
}

/** @returns undefined for what an older version may have written. */
export function parseStory(record: unknown): LastStory | undefined {
  const story = record as Partial<LastStory> | undefined | null
  const complete = typeof story?.test === 'string' && typeof story.check === 'number' && Array.isArray(story.schedule) && story.finding?.verdict === 'broken'
  return complete ? (story as LastStory) : undefined
}

function fileOf({ name }: Exercise): string {
  return join('stories', `${name}.json`)
}
