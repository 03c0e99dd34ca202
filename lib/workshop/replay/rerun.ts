import type { Reporter } from 'vitest/node'
import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import { takeLoops } from '../grading/endless-loops.js'
import { problemOf } from '../grading/problem.js'
import { runExercises } from '../grading/run.js'
import { lastStory, type LastStory } from '../records/last-story.js'
import type { Replayed, ReplayRequest } from '../run-check.js'
import { recordedStory, repeatedStory, type Story } from './story.js'

/**
 * Runs the last broken story of an exercise again, with the attendee's files as they are now.
 *
 * @throws ExplainedError when there is none, or when the code has changed so that the story does not happen any more.
 */
export async function storyAgain(exercise: Exercise): Promise<Story> {
  const last = lastStory(exercise)
  if (last !== undefined) return repeat(exercise, last)
  throw new ExplainedError(
    { what: `No broken promise of ${exercise.name} is on record.`, why: 'A story is recorded when a check fails.', next: `Run npm test -- ${exercise.name} first.` },
    1,
  )
}

async function repeat(exercise: Exercise, last: LastStory): Promise<Story> {
  // What was generated is known as text only, so the scenario cannot be given it again.
  if (last.finding.input !== undefined) return recordedStory(exercise, last)
  const { replayed, problem } = await runAgain(exercise, last)
  if (replayed !== undefined && 'recording' in replayed) return repeatedStory(exercise, last, replayed.recording)
  const { what, why, next } = replayed?.misfit ?? {
    what: problem ?? `${exercise.name} has no check "${last.test}" any more.`,
    why: 'So the story cannot be run again.',
    next: 'Run the test again: it finds the story that breaks the code as it is now, if there is one.',
  }
  throw new ExplainedError({ what, why, next: `${next}\nnpm test -- ${exercise.name}` }, 1)
}

async function runAgain(exercise: Exercise, { test, check, schedule }: LastStory): Promise<{ readonly replayed: Replayed | undefined; readonly problem: string | undefined }> {
  const found: { replayed: Replayed | undefined; problem: string | undefined } = { replayed: undefined, problem: undefined }
  const reporter: Reporter = {
    onTestCaseResult: (result) => {
      found.replayed ??= result.meta().replayed
    },
    onTestRunEnd: (modules) => {
      const errors = modules.flatMap((module) => [...module.errors(), ...[...module.children.allTests()].flatMap((each) => each.result().errors ?? [])])
      const [problem] = [...takeLoops().map((loop) => loop.problem), ...errors.map(problemOf)]
      if (problem !== undefined) found.problem = problem.site === undefined ? problem.title : `${problem.title} (${problem.site})`
    },
  }
  const request: ReplayRequest = { check, schedule }
  await runExercises([exercise], { reporters: [reporter], flags: { testNamePattern: exactly(test) }, env: { WORKSHOP_REPLAY: JSON.stringify(request) } })
  return found
}

/** Vitest matches the names of suites and test, with blanks between them; its own full name has ` > `. */
function exactly(fullName: string): RegExp {
  return new RegExp(`^${fullName.split(' > ').join(' ').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}
