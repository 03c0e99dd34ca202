import { parseArgs } from 'node:util'
import { billing } from '../../exercises/exercise-09-outbox/given.js'
import { marketing } from '../../solutions/exercise-09-outbox/grant-voucher.js'
import { measureCommands } from './commands.js'
import { runBench } from './run.js'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const options = values.quick ? { milliseconds: 400, executions: 20_000 } : { milliseconds: 3_000, executions: 200_000 }
for await (const line of runBench({ marketing, billing }, options)) process.stdout.write(`${line}\n`)
for (const line of measureCommands(process.cwd(), values.quick ? 3 : 9)) process.stdout.write(`${line}\n`)
