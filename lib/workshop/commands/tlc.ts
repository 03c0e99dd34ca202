import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { ModelError } from '../../model-checker/errors.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { root } from '../exercises.js'
import { terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const tlc: Command = {
  usage: 'npm run tlc -- exercise-12 [--translate] [--solution]',
  summary: 'Runs TLC, the model checker of TLA+, on the specification of an exercise. Needs Java and tla2tools.jar; nothing is downloaded.',
  help: '--translate writes the translation of the PlusCal algorithm into the file when it is stale or missing. --solution takes the specification of the solution instead of yours.',
  flags: { '--solution': 'alone' },
  async run(args) {
    const options = { solution: { type: 'boolean', default: false }, translate: { type: 'boolean', default: false } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options }))
    const exercise = oneExercise(positionals)
    const { runTlc } = await import('../../model-checker/tlc.js')
    const screen = terminal()
    const translate = (file: string, content: string): void => {
      writeFileSync(file, content)
      screen.print(wrap(`Translated the algorithm in ${relative(root, file)}.`, screen.width))
    }
    try {
      const { passed, empty, algorithm } = await runTlc(exercise.name, {
        tree: values.solution ? 'solutions' : 'exercises',
        show: (text) => void process.stdout.write(text),
        ...(values.translate ? { translate } : {}),
      })
      if (empty.length > 0) screen.print(`\n${emptyInvariantsText(empty, screen.width, algorithm)}`)
      return passed ? 0 : 1
    } catch (error) {
      if (error instanceof ModelError) throw new ExplainedError(error.explanation, 1)
      throw error
    }
  },
}

/** TLC calls this a warning, and ends with "No error has been found". */
export function emptyInvariantsText(names: readonly string[], width: number, algorithm = true): string {
  const [say, name] = names.length === 1 ? ['says', 'It is'] : ['say', 'They are']
  return [
    wrap(`✗ ${names.join(', ')} ${say} nothing yet.`, width, '', '  '),
    wrap(`${name} true in every state, whatever happens, so "No error has been found" means nothing here.`, width, '  '),
    wrap(`State what must hold of the variables${algorithm ? ', in the define block of the algorithm; then translate,' : ''} and run TLC again.`, width, '  '),
  ].join('\n')
}
