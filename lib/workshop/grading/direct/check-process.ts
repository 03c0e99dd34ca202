/**
 * Runs the graded checks of one exercise in a process of its own, and says how each one ends. It knows what the checks of exercises use: `describe`,
 * `test`, `test.each`, and the errors by which a check says what is wrong. Whatever else comes up is left to Vitest.
 */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { CollectedTest } from '../../collector.js'
import { onProgress } from '../../../progress.js'
import { recordInto, type TestRecord } from '../../test-record.js'
import { startWatchdog, watchdogOptions } from '../../watchdog/watchdog.js'
import { isLesson } from '../problem.js'
import { loadChecks } from './load-checks.js'
import type { Message, Request } from './messages.js'

const request = JSON.parse(process.argv[2] ?? '') as Request
const watching = watchdogOptions(process.env)
const watchdog = watching === undefined ? undefined : startWatchdog(watching)
const printed = { text: '' }
globalThis.console = consoleInto(printed)

onProgress((effort) => {
  if (effort !== undefined) void say({ kind: 'working', effort })
})
process.once('disconnect', () => process.exit())
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => void end({ kind: 'not plain' }))
try {
  await judge(await loadChecks(request.testFile))
} catch {
  await end({ kind: 'not plain' })
}

async function judge(tests: readonly CollectedTest[]): Promise<void> {
  const begin = performance.now()
  const only = new RegExp(request.only ?? '')
  let failures = 0
  await say({ kind: 'found', tests: tests.map(({ names }) => names) })
  for (const [index, test] of tests.entries()) {
    const { names, name } = test
    if (!only.test(names.join(' ')) || (request.bail !== undefined && failures >= request.bail)) {
      await say({ kind: 'ended', index, state: 'skipped', record: {}, error: undefined, output: '', duration: 0 })
      continue
    }
    const record: TestRecord = {}
    recordInto(record)
    printed.text = ''
    watchdog?.name(name)
    await say({ kind: 'begun', index })
    const started = performance.now()
    const error = await thrownBy(test)
    if (error !== undefined && !isLesson(error)) {
      await end({ kind: 'not plain' })
      return
    }
    if (error !== undefined) failures += 1
    await say({ kind: 'ended', index, state: error === undefined ? 'passed' : 'failed', record, error: error === undefined ? undefined : { name: error.name, message: error.message }, output: printed.text, duration: performance.now() - started })
  }
  await new Promise((resolve) => setImmediate(resolve)) // what was rejected and not handled comes up now
  await end({ kind: 'over', duration: performance.now() - begin })
}

/** However long it takes: the watchdog knows a test that goes on for ever, and one that waits in vain, from one that has much to do. */
async function thrownBy({ run }: CollectedTest): Promise<Error | undefined> {
  try {
    await run()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Comes back when it was said: code that loops would keep it from being sent. */
function say(message: Message): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()))
}

async function end(message: Message): Promise<void> {
  await say(message)
  process.exit()
}

/** What is printed belongs to the check that prints it. */
function consoleInto(target: { text: string }): Console {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      target.text += chunk.toString('utf8')
      done()
    },
  })
  return new Console({ stdout: stream, stderr: stream, groupIndentation: 2 })
}
