import { parseArgs } from 'node:util'
import { MachineError } from '../../simulation/errors.js'
import { namedExercises, oneExercise, parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { ExplainedError } from '../explained-error.js'

export const real: Command = {
  usage: 'npm run real -- exercise-09 [--story] [--solution] [-t "a copy"]',
  summary: 'The graded checks on RabbitMQ and PostgreSQL: your files, in processes that are really killed.',
  help: [
    'docker compose up -d starts both, as compose.yaml says. RABBITMQ_URL and DATABASE_URL name others.',
    '--story stages the last story that npm test has found, step by step. --solution takes the files of the solution instead of yours. -t runs only the checks whose name contains a text.',
    '--sweep proves that both tell the same: for each exercise, or for those that are named, the first story of the starter breaks the same promise for real, and the solution keeps it.',
    'Everything that is made in the database and in the broker has a name of its own, and is removed at the end.',
  ].join('\n'),
  flags: { '--story': 'alone', '--sweep': 'alone', '--solution': 'alone', '-t': 'with value', '--testNamePattern': 'with value' },
  async run(args) {
    const options = { story: { type: 'boolean', default: false }, sweep: { type: 'boolean', default: false }, solution: { type: 'boolean', default: false }, testNamePattern: { type: 'string', short: 't' } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }))
    const exercises = !values.sweep ? [oneExercise(positionals)] : positionals.length === 0 ? [] : namedExercises(positionals)
    try {
      const [first] = exercises
      if (values.sweep || first === undefined) return await (await import('../real/sweep.js')).sweep(exercises)
      return await (await import('../real/run.js')).runForReal(first, values)
    } catch (error) {
      if (error instanceof MachineError) throw new ExplainedError(error.explanation, 2)
      throw error
    }
  },
}
