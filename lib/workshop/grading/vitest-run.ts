import type { TestUserConfig, Vitest } from 'vitest/node'
import { root, testFile, type Exercise } from '../exercises.js'
import { join } from 'node:path'
import { shownPath } from '../../simulation/source-path.js'
import { loopsFolder } from './loops-folder.js'
import { withoutNativeTraces } from './native-traces.js'

/** The keys are ours: vitest would not listen to most of them during a run. */
function noKeys(): NodeJS.ReadStream {
  return Object.assign(Object.create(process.stdin) as NodeJS.ReadStream, { isTTY: false })
}

export interface VitestOptions {
  readonly reporters: TestUserConfig['reporters']
  /** What vitest's own flags ask for. */
  readonly flags?: TestUserConfig
  /** What the checks are run for; `check()` behaves accordingly. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs the graded checks of exercises with the attendee's files by Vitest. It is started in this process: through npx it takes twice as long.
 *
 * @returns when the run is over; in watch mode after the first one, and it goes on.
 */
export async function startRun(exercises: readonly Exercise[], { reporters, flags = {}, env = {} }: VitestOptions): Promise<Vitest> {
  const { startVitest } = await import('vitest/node')
  return startVitest('test', [], {
    watch: false,
    ...flags,
    config: false,
    root,
    // No pattern can be made of a path with a backslash.
    include: exercises.map((exercise) => shownPath(root, testFile(exercise))),
    pool: 'forks',
    maxWorkers: Math.min(2, exercises.length),
    testTimeout: 0, // the watchdog goes by progress, and not by the clock
    setupFiles: [join(root, 'lib', 'workshop', 'watchdog', 'setup.ts')],
    env: { WORKSHOP_RUN: 'graded', WORKSHOP_LOOPS: loopsFolder, ...env },
    ...(reporters === undefined ? {} : { reporters }),
  }, {}, { stdin: noKeys(), stderr: withoutNativeTraces(process.stderr) })
}
