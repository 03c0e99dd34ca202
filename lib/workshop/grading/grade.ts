import type { Vitest } from 'vitest/node'
import type { Exercise } from '../exercises.js'
import { keepStory } from '../records/last-story.js'
import { keepProgress } from '../records/progress.js'
import { gradingReporter, type Listener } from './reporter.js'
import { runExercises, type RunOptions } from './run.js'
import type { ExerciseResult } from './result.js'

export interface GradeOptions {
  readonly flags?: RunOptions['flags']
  /** Vitest's reporters, where somebody asks for them. */
  readonly reporters?: RunOptions['reporters']
  readonly listener?: Partial<Listener>
}

/** Judges the attendee's files, and remembers the outcome: the story for `replay`, the level for `start`. */
export async function grade(exercises: readonly Exercise[], { flags, reporters, listener = {} }: GradeOptions = {}): Promise<{ readonly results: readonly ExerciseResult[]; readonly vitest: Vitest }> {
  const outcome: { results: readonly ExerciseResult[] } = { results: [] }
  const own = gradingReporter({
    ...listener,
    async onEnd(results) {
      outcome.results = results
      for (const result of results) {
        keepStory(result)
        keepProgress(result)
      }
      await listener.onEnd?.(results)
    },
  })
  const vitest = await runExercises(exercises, { ...(flags === undefined ? {} : { flags }), reporters: [...(Array.isArray(reporters) ? reporters : []), own] })
  return { results: outcome.results, vitest }
}
