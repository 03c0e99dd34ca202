import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { solutionFolder, type Exercise } from '../exercises.js'
import { replaceFiles, type Replaced } from '../records/backups.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const reset: Command = {
  usage: 'npm run reset -- exercise-01',
  summary: 'Brings the starter of an exercise back.',
  help: 'Your files are kept, and the command says where.',
  async run(args) {
    const { positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    screen.print(replacedText(exercise, replaceFiles(exercise, join(solutionFolder(exercise), 'starter')), 'the starter', screen))
    return 0
  },
}

/** What was replaced, and where to find what was there before. */
export function replacedText(exercise: Exercise, { files, kept }: Replaced, by: string, terminal: Terminal): string {
  const { paint, width } = terminal
  const done = files.length === 0 ? `${exercise.name}: nothing to do, your files are ${by}.` : `${exercise.name}: ${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} ${by} now.`
  return [
    files.length === 0 ? done : paint.green(done),
    ...(kept === undefined ? [] : [wrap('What was there before is kept in', width, '  '), `  ${paint.cyan(kept)}`]),
    ...(files.length === 0 ? [] : [paint.dim(wrap('An editor that has the file open may have to load it again.', width, '  '))]),
    '',
    exercise.name,
    ...nextLines([[`npm test -- ${exercise.name}`, 'judges the files as they are now']], terminal),
  ].join('\n')
}
