import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { solutionFolder, type Exercise } from '../exercises.js'
import { replaceFiles, type Replaced } from '../records/backups.js'
import { forgetStory } from '../records/last-story.js'
import { tellRoom } from '../room/report-command.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const reset: Command = {
  usage: 'npm run reset -- exercise-01',
  summary: 'Restores the starter of an exercise.',
  help: 'Your files are kept, and npm run restore brings them back.',
  async run(args) {
    const { positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    const replaced = replaceFiles(exercise, join(solutionFolder(exercise), 'starter'))
    if (replaced.files.length > 0) forgetStory(exercise)
    screen.print(replacedText(exercise, replaced, 'the starter', screen))
    await tellRoom('reset', exercise, screen)
    return 0
  },
}

/** What was replaced, and how to get back what was there before. */
export function replacedText(exercise: Exercise, { files, kept }: Replaced, by: string, terminal: Terminal): string {
  const { paint, width } = terminal
  const done = files.length === 0 ? `${exercise.name}: nothing to do, your files are already ${by}.` : `${exercise.name}: ${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} now ${by}.`
  const next: Next[] = [[`npm test -- ${exercise.name}`, 'judges the files as they are now']]
  return [
    files.length === 0 ? wrap(done, width) : paint.green(wrap(done, width)),
    ...(kept === undefined ? [] : [wrap('The previous files are kept in', width, '  '), `  ${paint.cyan(kept)}`]),
    ...(files.length === 0 ? [] : [paint.dim(wrap('If a file is open in an editor, you may have to reload it.', width, '  '))]),
    '',
    exercise.name,
    ...nextLines(kept === undefined ? next : [...next, [`npm run restore -- ${exercise.name} 1`, 'brings the previous files back']], terminal),
  ].join('\n')
}
