import type { Vitest } from 'vitest/node'
import type { Exercise } from '../exercises.js'
import { keepStory } from '../records/last-story.js'
import { keepProgress } from '../records/progress.js'
import type { Listener } from './listener.js'
import type { ExerciseResult } from './result.js'
import { runExercises } from './run.js'
import type { RunOptions } from './run-options.js'
import type { VitestOptions } from './vitest-run.js'

/** Judges the attendee's files, and remembers the outcome: the story for `replay`, the level for `start`. */
export async function grade(exercises: readonly Exercise[], options: RunOptions = {}): Promise<readonly ExerciseResult[]> {
  const results = await runExercises(exercises, options)
  keep(results)
  return results
}

export interface VitestGradeOptions {
  readonly flags: VitestOptions['flags'] & {}
  /** Vitest's reporters, where somebody asks for them. */
  readonly reporters: readonly string[]
  readonly listener: Listener
}

/** The same by Vitest, whose flags somebody has typed. In watch mode it goes on after the first run. */
export async function gradeByVitest(exercises: readonly Exercise[], { flags, reporters, listener }: VitestGradeOptions): Promise<Vitest> {
  const [{ startRun }, { gradingReporter }] = await Promise.all([import('./vitest-run.js'), import('./reporter.js')])
  const own = gradingReporter({
    ...listener,
    async onEnd(results) {
      keep(results)
      await listener.onEnd(results)
    },
  })
  return startRun(exercises, { flags, reporters: [...reporters, own] })
}

function keep(results: readonly ExerciseResult[]): void {
  for (const result of results) {
    keepStory(result)
    keepProgress(result)
  }
}
