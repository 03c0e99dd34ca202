import { join } from 'node:path'
import type { Finding } from '../../exploration/index.js'
import type { Exercise } from '../exercises.js'
import { decisiveFinding, type ExerciseResult } from '../grading/result.js'
import { readRecord, writeRecord } from './folder.js'

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

/** Keeps the first broken promise of a result, if there is one. What was kept before stays otherwise. */
export function keepStory({ exercise, checks }: ExerciseResult): void {
  for (const check of checks) {
    const finding = decisiveFinding(check)
    if (finding?.verdict !== 'broken') continue
    const story: LastStory = { exercise: exercise.name, test: check.fullName, check: check.findings.length - 1, schedule: finding.schedule, finding }
    writeRecord(fileOf(exercise), story)
    return
  }
}

export function lastStory(exercise: Exercise): LastStory | undefined {
  return parseStory(readRecord(fileOf(exercise)))
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
