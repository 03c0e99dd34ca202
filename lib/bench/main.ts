import { parseArgs } from 'node:util'
import { billing } from '../../exercises/exercise-09-outbox/given.js'
import { marketing } from '../../solutions/exercise-09-outbox/grant-voucher.js'
import { specification } from '../../solutions/exercise-12-model-checking/message-handler.js'
import { measureCommands } from './commands.js'
import { measureModelChecker, searchOnce } from './model-checker.js'
import { runBench } from './run.js'
import { compareSchedulers, describeRounds, serveScheduler } from './scheduler-rounds.js'

const flag = { type: 'boolean', default: false } as const
const { values } = parseArgs({ options: { quick: flag, scheduler: flag, 'model-checker': flag, search: { type: 'string' }, serve: { type: 'string' } } })
const options = values.quick ? { milliseconds: 400, executions: 20_000 } : { milliseconds: 3_000, executions: 200_000 }
const bounds = values.quick ? ([3, 4] as const) : ([3, 5] as const)
const [, file = ''] = process.argv

/** This program starts itself again for what is measured in a process of its own. */
if (values.search !== undefined) {
  const [messages = 0, failures = 0] = values.search.split(',').map(Number)
  searchOnce(specification({ messages, failures }))
} else if (values.serve === 'engine' || values.serve === 'fast-check') {
  await serveScheduler(values.serve)
} else {
  const all = !values.scheduler && !values['model-checker']
  if (all || values['model-checker']) for await (const line of measureModelChecker(process.cwd(), bounds, values.quick ? 1 : 3, [file, '--search', bounds.join()])) say(line)
  if (all || values.scheduler) for (const line of describeRounds(await compareSchedulers([file, '--serve'], values.quick ? { rounds: 3, executions: 2_500 } : { rounds: 9, executions: 10_000 }))) say(line)
  if (all) {
    for await (const line of runBench({ marketing, billing }, options)) say(line)
    for (const line of measureCommands(process.cwd(), values.quick ? 3 : 9)) say(line)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
