/**
 * Runs the graded checks against answers, one job after the other, in a process of its own that can be ended: an answer may loop, leave, wait for ever or
 * fill the memory. What an answer could use to speak in the judge's name is out of its reach before it is loaded.
 */
import { pathToFileURL } from 'node:url'
import { collect, type CollectedTest } from '../collector.js'
import { startWatchdog } from '../watchdog/watchdog.js'
import { watchUse, type UseWatch } from './use-watch.js'
import type { EndedCheck, Job, Limits, Message } from './messages.js'

const { folder, loopLimit, limits } = JSON.parse(process.argv[2] ?? '') as { readonly folder: string; readonly loopLimit: number; readonly limits: Limits }
const send = process.send?.bind(process)
const exit = process.exit.bind(process)
const processor = process.cpuUsage.bind(process)
const soon = setImmediate
delete process.send

const watchdog = startWatchdog({ folder, limit: loopLimit, patience: Infinity }) // waiting in vain is noticed by the use watch
const use: UseWatch = watchUse(limits, (because) => void say({ kind: 'given up', because }))
process.once('disconnect', () => exit())
process.on('message', (job: Job) => {
  use.begin()
  void judge(job).then(say).then(() => use.end())
})

async function judge({ module, first, until, times = {} }: Job): Promise<Message> {
  const rejected: { reason?: unknown } = {}
  const note = (reason: unknown): void => void (rejected.reason ??= reason)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  try {
    const tests = await load(module)
    if (!Array.isArray(tests)) return { kind: 'not loaded', text: tests.text }
    for (const test of inOrder(tests, first)) {
      watchdog.name(test.name)
      use.allow(times[test.name])
      await say({ kind: 'begun', check: test.name })
      const ended = await run(test, rejected)
      await say({ kind: 'ended', ended })
      if (ended.state === 'broken' && until === 'the first broken') break
    }
    return { kind: 'over' }
  } finally {
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
  }
}

async function load(module: string): Promise<CollectedTest[] | { readonly text: string }> {
  try {
    const tests = await collect(() => import(pathToFileURL(module).href))
    return tests.length === 0 ? { text: 'It left no check to be run.' } : [...tests]
  } catch (error) {
    return { text: textOf(error) }
  }
}

function inOrder(tests: readonly CollectedTest[], first: readonly string[]): readonly CollectedTest[] {
  const place = ({ name }: CollectedTest): number => (first.includes(name) ? first.indexOf(name) : first.length)
  return [...tests].sort((a, b) => place(a) - place(b))
}

/** @param rejected what nobody handled, beside the check. */
async function run({ name, run: body }: CollectedTest, rejected: { reason?: unknown }): Promise<EndedCheck> {
  const before = processor()
  const ended = (state: EndedCheck['state'], text: string, error = ''): EndedCheck => {
    const { user, system } = processor(before)
    return { name, state, error, text, spent: (user + system) / 1_000 }
  }
  try {
    await body()
    await new Promise((resolve) => soon(resolve)) // what was rejected and not handled comes up now
    if (!('reason' in rejected)) return ended('passed', '')
    return ended('broken', `An error that nobody handled: ${textOf(rejected.reason)}`, 'Error')
  } catch (error) {
    return ended(saysNothing(error) ? 'unknown' : 'broken', textOf(error), error instanceof Error ? error.name : 'Error')
  }
}

/** Errors that do not tell whether the answer is right: the search is not complete, the check or the machine is at fault. */
function saysNothing(error: unknown): boolean {
  return error instanceof Error && ['Unknown', 'HarnessError', 'MachineError'].includes(error.name)
}

function textOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `Something was thrown that is no error: ${String(error)}`
    const own = ['BrokenPromise', 'Misuse', 'Unknown', 'ModelError', 'AssertionError'].includes(error.name)
    return own ? error.message : `${error.name}: ${error.message}`
  } catch {
    return 'Something was thrown that cannot be shown.'
  }
}

/** Comes back when it was said: code that loops would keep it from being sent. */
function say(message: Message): Promise<void> {
  return new Promise((resolve) => {
    if (send === undefined) resolve()
    else send(message, undefined, {}, () => resolve())
  })
}
