import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { root, type Exercise } from '../exercises.js'
import { listBackups, restoreBackup, type Backup } from '../records/backups.js'
import { forgetStory } from '../records/last-story.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'
import { replacedText } from './reset.js'

export const restore: Command = {
  usage: 'npm run restore -- exercise-01 [1]',
  summary: 'Lists the files that reset and solution --apply have kept, or brings them back by their number.',
  help: 'The newest are number 1. Your present files are kept first, so this can be undone in the same way.',
  async run(args) {
    const { positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }))
    const [name, number, ...more] = positionals
    const exercise = oneExercise(name === undefined ? [] : [name])
    if (more.length > 0) throw new ExplainedError({ what: `Too many arguments: ${positionals.join(', ')}.`, why: 'Nothing was changed.', next: 'Give one exercise and one number, as in npm run restore -- exercise-01 1' })
    const backups = listBackups(exercise)
    const screen = terminal()
    if (number === undefined) {
      screen.print(listText(exercise, backups, screen))
      return 0
    }
    const backup = numbered(number, backups, exercise)
    const replaced = restoreBackup(exercise, backup)
    if (replaced.files.length > 0) forgetStory(exercise)
    screen.print(replacedText(exercise, replaced, `${replaced.files.length === 1 ? 'as it was' : 'as they were'} at ${timeText(backup.time)}`, screen))
    return 0
  },
}

function listText(exercise: Exercise, backups: readonly Backup[], terminal: Terminal): string {
  const { paint, width } = terminal
  if (backups.length === 0) {
    return [`${exercise.name}: nothing has been kept.`, wrap('Files are kept when reset or solution --apply replaces them.', width, '  '), '', exercise.name, ...nextLines([[`npm test -- ${exercise.name}`, 'judges your files']], terminal)].join('\n')
  }
  const digits = String(backups.length).length
  const indent = ' '.repeat(digits + 4)
  return [
    paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title} · what has been kept, newest first`),
    '',
    ...backups.flatMap(({ time, files, folder }, index) => [
      wrap(`${timeText(time)}   ${files.join(', ')}`, width, `  ${String(index + 1).padStart(digits)}  `, indent),
      paint.dim(`${indent}${relative(root, folder)}`),
    ]),
    '',
    exercise.name,
    ...nextLines([[`npm run restore -- ${exercise.name} 1`, 'brings the newest back']], terminal),
  ].join('\n')
}

function numbered(text: string, backups: readonly Backup[], { name }: Exercise): Backup {
  const backup = /^\d+$/.test(text) ? backups[Number(text) - 1] : undefined
  if (backup !== undefined) return backup
  throw new ExplainedError({
    what: `Nothing of ${name} has been kept under "${text}".`,
    why: 'Nothing was changed.',
    next: backups.length === 0 ? 'Nothing has been kept yet: that happens when reset or solution --apply replaces your files.' : `The numbers are 1 to ${backups.length}; npm run restore -- ${name} lists them.`,
  })
}

/** In the time of this machine: `2026-11-21 14:05:12`. */
export function timeText(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
