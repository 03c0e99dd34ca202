import { parseArgs } from 'node:util'
import type { Reporter } from 'vitest/node'
import type { Command } from '../command-line.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained.js'
import type { Exercise } from '../exercises.js'
import { takeLoops } from '../grading/loops.js'
import { problemOf } from '../grading/problem.js'
import { runExercises } from '../grading/run.js'
import { lastStory, type LastStory } from '../records/last-story.js'
import { play } from '../replay/player.js'
import { recordedStory, repeatedStory, type Story } from '../replay/story.js'
import { tell } from '../replay/tell.js'
import type { Replayed, ReplayRequest } from '../run-check.js'
import { terminal } from '../screen/terminal.js'

export const replay: Command = {
  usage: 'npm run replay -- exercise-01 [--plain]',
  summary: 'The last broken promise again, step by step, with the stores and queues after each step.',
  help: ['The story is not read from a file: it is run again, with your files as they are now.', 'On a terminal the arrow keys walk through it and q ends; --plain prints it, and so does a pipe.'].join('\n'),
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { plain: { type: 'boolean', default: false } } }))
    const exercise = oneExercise(positionals)
    const last = lastStory(exercise)
    if (last === undefined) {
      throw new ExplainedError(
        { what: `No broken promise of ${exercise.name} is on record.`, why: 'A story is recorded when a check fails.', next: `Run npm test -- ${exercise.name} first.` },
        1,
      )
    }
    const story = await repeat(exercise, last)
    const screen = terminal()
    if (screen.interactive && !values.plain) await play(story)
    else screen.print(tell(story, screen))
    return 0
  },
}

/** @throws ExplainedError when the code has changed so that the story does not happen any more. */
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
