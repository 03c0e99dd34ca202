import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { ModelError } from '../../model-checker/errors.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { terminal } from '../screen/terminal.js'

export const tlc: Command = {
  usage: 'npm run tlc -- exercise-12 [--solution]',
  summary: 'Runs TLC, the model checker of TLA+, on the specification of an exercise. Needs Java and tla2tools.jar; nothing is downloaded.',
  help: '--solution takes the specification of the solution instead of yours.',
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { solution: { type: 'boolean', default: false } } }))
    const exercise = oneExercise(positionals)
    const { runTlc } = await import('../../model-checker/tlc.js')
    try {
      const { passed, output } = runTlc(exercise.name, { tree: values.solution ? 'solutions' : 'exercises' })
      terminal().print(output.trimEnd())
      return passed ? 0 : 1
    } catch (error) {
      if (error instanceof ModelError) throw new ExplainedError(error.explanation, 1)
      throw error
    }
  },
}
