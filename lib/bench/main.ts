import { parseArgs } from 'node:util'
import { billing } from '../../exercises/exercise-09-outbox/given.js'
import { marketing } from '../../solutions/exercise-09-outbox/grant-voucher.js'
import { specification } from '../../solutions/exercise-12-model-checking/message-handler.js'
import { measureCommands } from './commands.js'
import { measureModelChecker, searchOnce } from './model-checker.js'
import { runBench } from './run.js'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, 'model-checker': { type: 'boolean', default: false }, search: { type: 'string' } } })
const options = values.quick ? { milliseconds: 400, executions: 20_000 } : { milliseconds: 3_000, executions: 200_000 }
const bounds = values.quick ? ([3, 4] as const) : ([3, 5] as const)
const [, file = ''] = process.argv
const modelChecker = measureModelChecker(process.cwd(), bounds, values.quick ? 1 : 3, [file, '--search', bounds.join()])

if (values.search !== undefined) {
  const [messages = 0, failures = 0] = values.search.split(',').map(Number)
  searchOnce(specification({ messages, failures }))
} else {
  for await (const line of modelChecker) process.stdout.write(`${line}\n`)
  if (!values['model-checker']) {
    for await (const line of runBench({ marketing, billing }, options)) process.stdout.write(`${line}\n`)
    for (const line of measureCommands(process.cwd(), values.quick ? 3 : 9)) process.stdout.write(`${line}\n`)
  }
}
