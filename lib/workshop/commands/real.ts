import { parseArgs } from 'node:util'
import { MachineError } from '../../simulation/errors.js'
import { namedExercises, oneExercise, parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { loadOptions } from '../real/load-arguments.js'
import { ExplainedError } from '../explained-error.js'

export const real: Command = {
  usage: 'npm run real -- exercise-09 [--story] [--solution] [-t "a copy"] [--load]',
  summary: 'The graded checks on RabbitMQ and PostgreSQL: your files, in processes that are really killed.',
  help: [
    'docker compose up -d starts both, as compose.yaml says. RABBITMQ_URL and DATABASE_URL name others.',
    '--story stages the last story that npm test has found, step by step. --solution takes the files of the solution instead of yours. -t runs only the checks whose name contains a text.',
    '--sweep proves that both tell the same: for each exercise, or for those that are named, the first story of the starter breaks the same promise for real, and the solution keeps it.',
    '--load puts exercise-09 or exercise-15 under load instead: payments as fast as the consumers can take them, and every second one process is killed and started again at once; one connection to PostgreSQL is ended by the server, and all of ours to RabbitMQ are cut once, those for publishing for half a second. When nothing is left to do, the promises are asked. --messages 20000, --seconds 60, --consumers 4 and --seed 1 are what it does without being told. A seed repeats the order of the payments and who is killed, not what the products make of it. From 5000 messages on, it measures what the guarantee costs, beside a consumer that does one insert and acknowledges. The exit code is 0 when every promise is kept, 1 when one is broken, and 2 when nothing can be said.',
    'Everything that is made in the database and in the broker has a name of its own, and is removed at the end.',
  ].join('\n'),
  flags: { '--story': 'alone', '--sweep': 'alone', '--solution': 'alone', '-t': 'with value', '--testNamePattern': 'with value', '--load': 'alone', '--messages': 'with value', '--seconds': 'with value', '--consumers': 'with value', '--seed': 'with value' },
  async run(args) {
    const options = { story: { type: 'boolean', default: false }, sweep: { type: 'boolean', default: false }, solution: { type: 'boolean', default: false }, testNamePattern: { type: 'string', short: 't' }, load: { type: 'boolean', default: false }, messages: { type: 'string' }, seconds: { type: 'string' }, consumers: { type: 'string' }, seed: { type: 'string' } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }))
    const exercises = !values.sweep ? [oneExercise(positionals)] : positionals.length === 0 ? [] : namedExercises(positionals)
    const [first] = exercises
    const load = loadOptions(first, values, values)
    try {
      if (values.sweep || first === undefined) return await (await import('../real/sweep.js')).sweep(exercises)
      return await (await import('../real/run.js')).runForReal(first, { ...values, load })
    } catch (error) {
      if (error instanceof MachineError) throw new ExplainedError(error.explanation, 2)
      throw error
    }
  },
}
