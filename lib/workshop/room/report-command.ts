import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../exercises.js'
import { firstFailure, levelReached, type ExerciseResult } from '../grading/result.js'
import { recordsFolder } from '../records/folder.js'
import type { Terminal } from '../screen/terminal.js'
import type { Fact } from './report.js'

/** Not of `report.ts` or `joined.ts`, so that a clone that has joined nothing loads nothing. */
const longestName = 200
const record = join(recordsFolder, 'joined', 'room.json')

/** Tells the room what a command did to an exercise. To be called when everything is printed. It never fails. */
export async function tellRoom(command: 'hint' | 'solution' | 'reset', exercise: Exercise, screen: Terminal): Promise<void> {
  await tellFacts([{ command, exercise: exercise.name }], screen)
}

/** Tells the room how exercises were judged. To be called when everything is printed. It never fails. */
export async function tellResults(results: readonly ExerciseResult[], screen: Terminal): Promise<void> {
  await tellFacts(results.flatMap((result) => factOf(result) ?? []), screen)
}

async function tellFacts(facts: readonly Fact[], screen: Terminal): Promise<void> {
  if (!existsSync(record)) return
  const began = performance.now()
  const { tellJoined } = await import('./send-reports.js')
  await tellJoined(facts, screen, began)
}

/** What the room is told of a result: never what was wrong, which may quote the code. Undefined when nothing was run. */
export function factOf({ exercise, checks, problems }: ExerciseResult): Fact | undefined {
  const run = checks.filter(({ state }) => state !== 'skipped')
  if (run.length === 0 && problems.length === 0) return undefined
  const failure = firstFailure(run)
  const failing = failure === undefined ? undefined : `${failure.group === undefined ? '' : `${failure.group}: `}${failure.name}`.slice(0, longestName)
  return {
    command: 'test',
    exercise: exercise.name,
    result: {
      stars: problems.length > 0 ? 0 : levelReached(checks),
      passed: run.filter(({ state }) => state === 'passed').length,
      total: run.length,
      whole: run.length === checks.length,
      loads: problems.length === 0,
      ...(failing === undefined ? {} : { failing }),
    },
  }
}
