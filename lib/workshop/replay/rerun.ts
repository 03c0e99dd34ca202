import { ExplainedError } from '../explained-error.js'
import type { Explanation } from '../../simulation/errors.js'
import { contentOf } from '../attendee-files.js'
import { testFile, type Exercise } from '../exercises.js'
import { runExercises } from '../grading/run.js'
import { lastStory, type LastStory, type NoStory } from '../records/last-story.js'
import type { ReplayRequest } from '../run-check.js'
import type { Replayed } from '../test-record.js'
import { recordedStory, repeatedStory, type Story } from './story.js'

/**
 * Runs the story of the last run of an exercise again, with the attendee's files as they are now.
 *
 * @throws ExplainedError when there is none, or when the code has changed so that the story does not happen any more.
 */
export async function storyAgain(exercise: Exercise): Promise<Story> {
  const last = lastStory(exercise)
  if (last !== undefined && !('none' in last)) return repeat(exercise, last)
  throw new ExplainedError(whyNone(exercise, last), 1)
}

function whyNone(exercise: Exercise, last: NoStory | undefined): Explanation {
  const { name } = exercise
  if (!hasStories(exercise)) {
    return { what: `${name} has no story to step through.`, why: 'Its checks print everything they have to say.', next: `npm test -- ${name} shows it.` }
  }
  if (last === undefined) {
    return { what: `There is no story of ${name} yet.`, why: 'A story is recorded when a check fails with your files as they are now.', next: `Run npm test -- ${name} first.` }
  }
  if (last.none === 'passed') {
    return { what: `There is no story of ${name}: every check of the last run passed.`, why: 'A story shows how a promise is broken.', next: `solutions/${exercise.folder}/README.md says why it works, and what it costs.` }
  }
  return { what: `There is no story of ${name}: the last run failed without one.`, why: 'What went wrong there was not a broken promise, so there are no steps to show.', next: `npm test -- ${name} says what it was.` }
}

/** Whether its checks go through the simulator's `check()`, which records how a promise is broken. Others say in their own way what is wrong. */
export function hasStories(exercise: Exercise): boolean {
  return /import \{[^}]*\bcheck\b[^}]*\} from '#lib\/testing'/.test(contentOf(testFile(exercise)) ?? '')
}

async function repeat(exercise: Exercise, last: LastStory): Promise<Story> {
  // What was generated is known as text only, so the scenario cannot be given it again.
  if (last.finding.input !== undefined) return recordedStory(exercise, last)
  const { replayed, problem } = await runAgain(exercise, last)
  if (replayed !== undefined && 'recording' in replayed) return repeatedStory(exercise, last, replayed.recording)
  if (problem === undefined && replayed?.misfit !== undefined) {
    const { misfit } = replayed
    throw new ExplainedError({ what: 'Your files have changed, and this story cannot happen any more.', why: misfit.what, next: `Run npm test -- ${exercise.name} again: it finds the story that breaks your files as they are now, if there is one.` }, 1)
  }
  throw new ExplainedError(
    {
      what: problem ?? `${exercise.name} no longer has the check "${last.test}".`,
      why: 'So the story cannot be run again.',
      next: `Run npm test -- ${exercise.name} again: it finds the story that breaks your files as they are now, if there is one.`,
    },
    1,
  )
}

async function runAgain(exercise: Exercise, { test, check, schedule }: LastStory): Promise<{ readonly replayed: Replayed | undefined; readonly problem: string | undefined }> {
  const request: ReplayRequest = { check, schedule }
  const results = await runExercises([exercise], { only: exactly(test), env: { WORKSHOP_REPLAY: JSON.stringify(request) } })
  const checks = results.flatMap((result) => result.checks)
  const [problem] = [...results.flatMap(({ problems }) => problems), ...checks.flatMap((each) => each.problem ?? [])]
  const place = problem?.site === undefined ? '' : ` (${problem.site})`
  return { replayed: checks.find(({ replayed }) => replayed !== undefined)?.replayed, problem: problem === undefined ? undefined : problem.title + place }
}

/** What `-t` stands for is matched with the names of suites and test, with blanks between them; the full name has ` > `. */
function exactly(fullName: string): RegExp {
  return new RegExp(`^${fullName.split(' > ').join(' ').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}
