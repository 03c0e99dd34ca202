/**
 * One process of an attendee's system, for real: loads the graded checks with the attendee's files, and plays the part that it is given.
 */
import { Worker } from 'node:worker_threads'
import { pathToFileURL } from 'node:url'
import { playInstance } from '../../real/instance.js'
import { playConsumer } from '../../real/load/consumer.js'
import type { FromConsumer, ToConsumer } from '../../real/load/protocol.js'
import type { FromInstance, ToInstance } from '../../real/protocol.js'
import { MisuseError } from '../../simulation/index.js'
import { describeThrown } from '../../system/index.js'
import type { ProcessRequest } from './processes.js'
import { writeDownChecks } from './write-down.js'

const { module, test: wanted, number, load } = JSON.parse(process.argv[2] ?? '') as ProcessRequest
const say = (message: FromInstance | FromConsumer): void => void process.send?.(message, undefined, {}, () => undefined) // when it cannot be sent, the director is gone
globalThis.console.log = globalThis.console.info = globalThis.console.debug = globalThis.console.warn = globalThis.console.error = () => undefined
process.once('disconnect', () => process.exit())
endWith(process.ppid)
process.on('unhandledRejection', (reason) => {
  const explanation =
    reason instanceof MisuseError
      ? reason.explanation
      : {
          what: `A promise was rejected and nobody handled it: ${describeThrown(reason).replace(/\.$/, '')}.`,
          why: 'In production this ends the process (Node.js does so since version 15), together with everything that it was working on.',
          next: 'Look for an async call without `await`: its error cannot reach any `catch`.',
        }
  say({ kind: 'failed', error: { of: 'code', explanation } })
})

const all = await writeDownChecks(() => import(pathToFileURL(module).href))
const check = all.flatMap(({ checks }) => checks).find(({ test, number: place }) => test.names.join(' > ') === wanted && place === number)
if (check === undefined) throw new Error(`There is no check ${number} in ${wanted}.`)
if (load) playConsumer(check.check.options, { say, hear: (take) => process.on('message', (message: ToConsumer) => take(message)) })
else playInstance(check.check.options, { say, hear: (take) => process.on('message', (message: ToInstance) => take(message)) })

/** Code that never comes back does not hear that the director is gone. Somebody else has to look: when its parent has changed, this process is an orphan. */
function endWith(parent: number): void {
  if (!process.connected) process.exit()
  const look = `setInterval(() => { if (process.ppid !== ${parent}) process.kill(process.pid, 'SIGKILL') }, 500)`
  new Worker(look, { eval: true, execArgv: [] }).unref()
}
