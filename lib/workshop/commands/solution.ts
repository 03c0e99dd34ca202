import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { shownPath } from '../../simulation/source-path.js'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { contentOf, editedFiles } from '../attendee-files.js'
import { exerciseFolder, root, solutionFolder, type Exercise } from '../exercises.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { unifiedDiff } from '../screen/unified-diff.js'
import { replaceFiles } from '../records/backups.js'
import { forgetStory } from '../records/last-story.js'
import { tellRoom } from '../room/report-command.js'
import { replacedText } from './reset.js'

export const solution: Command = {
  usage: 'npm run solution -- exercise-01 [--apply]',
  summary: 'Shows how your files differ from the solution.',
  help: '--apply replaces your files with the solution. They are kept, and npm run restore brings them back.',
  flags: { '--apply': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { apply: { type: 'boolean', default: false } } }))
    const exercise = oneExercise(positionals)
    const screen = terminal()
    if (values.apply) {
      const replaced = replaceFiles(exercise, solutionFolder(exercise))
      if (replaced.files.length > 0) forgetStory(exercise)
      screen.print(replacedText(exercise, replaced, 'the solution', screen))
      await tellRoom('solution', exercise, screen)
    } else {
      screen.print(differenceText(exercise, screen))
    }
    return 0
  },
}

function differenceText(exercise: Exercise, terminal: Terminal): string {
  const { paint } = terminal
  const explained = ['', exercise.name, ...nextLines([[`solutions/${exercise.folder}/README.md`, 'why it works, and what it costs'], [`npm run solution -- ${exercise.name} --apply`, 'takes the solution; your files are kept']], terminal)]
  const parts = editedFiles(exercise).flatMap((file) => {
    const [own, theirs] = [join(exerciseFolder(exercise), file), join(solutionFolder(exercise), file)]
    const lines = unifiedDiff(contentOf(own) ?? '', contentOf(theirs) ?? '')
    return lines.length === 0 ? [] : [paint.bold(`--- ${shownPath(root, own)}`), paint.bold(`+++ ${shownPath(root, theirs)}`), ...lines.map((line) => tint(line, terminal)), '']
  })
  if (parts.length === 0) return ['Your files are the solution already.', ...explained.slice(0, -1)].join('\n')
  return [...parts.slice(0, -1), ...explained].join('\n')
}

function tint(line: string, { paint }: Terminal): string {
  if (line.startsWith('+')) return paint.green(line)
  if (line.startsWith('-')) return paint.red(line)
  return line.startsWith('@@') ? paint.cyan(line) : line
}
