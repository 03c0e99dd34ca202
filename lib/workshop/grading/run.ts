import { availableParallelism } from 'node:os'
import type { Exercise } from '../exercises.js'
import { runDirectly } from './direct/run-directly.js'
import type { ExerciseResult } from './result.js'
import type { RunOptions } from './run-options.js'

/**
 * Runs the graded checks of exercises with the attendee's files: without Vitest, which takes half of the time to start, and by Vitest where anything is
 * not plain. What both do gives the same results; `same-results.test.ts` shows it.
 */
export async function runExercises(exercises: readonly Exercise[], options: RunOptions = {}): Promise<readonly ExerciseResult[]> {
  const results: ExerciseResult[] = []
  const left: Exercise[] = []
  const queue = [...exercises]
  const work = async (): Promise<void> => {
    for (let exercise = queue.shift(); exercise !== undefined; exercise = queue.shift()) {
      const result = await runDirectly(exercise, options)
      if (result === undefined) left.push(exercise)
      else results.push(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), exercises.length) }, work))
  if (left.length > 0) results.push(...(await runByVitest(left, options)))
  return results.sort((a, b) => a.exercise.number - b.exercise.number)
}

async function runByVitest(exercises: readonly Exercise[], { only, bail, env, onCheck }: RunOptions): Promise<readonly ExerciseResult[]> {
  const [{ startRun }, { gradingReporter }] = await Promise.all([import('./vitest-run.js'), import('./reporter.js')])
  const outcome: { results: readonly ExerciseResult[] } = { results: [] }
  const reporter = gradingReporter({ ...(onCheck === undefined ? {} : { onCheck }), onEnd: (results) => void (outcome.results = results) })
  const flags = { ...(only === undefined ? {} : { testNamePattern: only }), ...(bail === undefined ? {} : { bail }) }
  const vitest = await startRun(exercises, { reporters: [reporter], flags, ...(env === undefined ? {} : { env }) })
  await vitest.close()
  return outcome.results
}
