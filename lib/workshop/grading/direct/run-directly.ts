import { fork } from 'node:child_process'
import type { Effort } from '../../../progress.js'
import { builtFile } from '../../built-file.js'
import { root, testFile, type Exercise } from '../../exercises.js'
import { endedFromWithin, forcedEnding, takeLoop, waitsInVain } from '../endless-loops.js'
import { exerciseResult, type EndedTest } from '../ended-test.js'
import { loopsFolder } from '../loops-folder.js'
import { withoutNativeTraces } from '../native-traces.js'
import type { ExerciseResult } from '../result.js'
import type { RunOptions } from '../run-options.js'
import type { Message, Request } from './messages.js'

/**
 * Runs the graded checks of an exercise without Vitest, in a process of its own that can be ended.
 *
 * @returns undefined when Vitest has to do it: something is used, or went wrong, that is not plain.
 */
export function runDirectly(exercise: Exercise, { only, bail, env = {}, onCheck }: RunOptions): Promise<ExerciseResult | undefined> {
  if (process.env['WORKSHOP_BUILD'] === undefined) return Promise.resolve(undefined)
  const request: Request = { testFile: testFile(exercise), only: only?.source, bail }
  const child = fork(builtFile('check-process'), [JSON.stringify(request)], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test', WORKSHOP_RUN: 'graded', WORKSHOP_LOOPS: loopsFolder, ...env },
    execArgv: [],
    serialization: 'advanced', // findings have parts that are undefined
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  child.stderr?.pipe(withoutNativeTraces(process.stderr))
  const tests: EndedTest[] = []
  let found = false
  let running: string | undefined
  return new Promise((resolve, reject) => {
    const take = (message: Message): void => {
      switch (message.kind) {
        case 'found':
          found = true
          tests.push(...message.tests.map((names): EndedTest => ({ names, state: 'pending', record: {}, error: undefined, output: '', duration: 0 })))
          break
        case 'begun':
          running = tests[message.index]?.names.at(-1)
          onCheck?.(exercise, running ?? '')
          break
        case 'working':
          onCheck?.(exercise, `${describeEffort(message.effort)}: ${running ?? ''}`)
          break
        case 'ended': {
          const { index, ...ended } = message
          tests[index] = { names: tests[index]?.names ?? [], ...ended }
          break
        }
        case 'over':
          resolve(exerciseResult(exercise, { tests, loop: undefined, errors: [], duration: message.duration }))
          break
        case 'not plain':
          resolve(undefined)
      }
    }
    child.on('message', take)
    child.on('error', reject)
    // All of them have happened when nothing more can come.
    let open = 3
    const close = (): void => {
      open -= 1
      if (open > 0) return
      const ended = child.pid === undefined ? undefined : takeLoop(child.pid)
      const forced = forcedEnding({ code: child.exitCode, signal: child.signalCode })
      const loop = ended ?? (child.exitCode === unsettledAwait ? waitsInVain(running) : forced === undefined ? undefined : endedFromWithin(running, forced))
      resolve(loop === undefined ? undefined : exerciseResult(exercise, { tests: found ? tests : [], loop, errors: [], duration: 0 }))
    }
    child.on('exit', close)
    child.stderr?.on('close', close)
    child.on('disconnect', close)
  })
}

function describeEffort({ executions, states }: Effort): string {
  return `${executions.toLocaleString('en')} executions, ${states.toLocaleString('en')} states so far`
}

/** Node.js exits with this when nothing can happen any more that would resolve an `await` at the top level. */
const unsettledAwait = 13
