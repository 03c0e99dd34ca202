import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { oneExercise, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import type { Exercise } from '../exercises.js'
import { listHints, type Hint } from '../hints.js'
import { readRecord, writeRecord } from '../records/folder.js'
import { tellRoom } from '../room/report-command.js'
import { markdownText } from '../screen/markdown.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal } from '../screen/terminal.js'

export const hint: Command = {
  usage: 'npm run hint -- exercise-01 [--number 2] [--again]',
  summary: 'Shows one more hint each time. Hints are numbered like the tasks of the exercise, and never give the answer.',
  help: ['--number 2 shows the second hint, without counting it.', '--again starts with the first one again.'].join('\n'),
  flags: { '--number': 'with value', '--again': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() =>
      parseArgs({ args: [...args], allowPositionals: true, options: { number: { type: 'string', short: 'n' }, again: { type: 'boolean', default: false } } }),
    )
    const exercise = oneExercise(positionals)
    const hints = hintsOf(exercise)
    const seen = values.again ? 0 : seenOf(exercise)
    const number = values.number === undefined ? Math.min(seen + 1, hints.length) : numberIn(values.number, hints.length, exercise)
    const shown = hints[number - 1]
    const screen = terminal()
    const last = number === hints.length
    const next: Next = last ? [`npm run solution -- ${exercise.name}`, 'what the solution does differently'] : [`npm run hint -- ${exercise.name}`, 'the next hint']
    screen.print(
      [
        screen.paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title} · hint ${number} of ${hints.length}${shown?.title === undefined ? '' : ` · ${shown.title}`}`),
        '',
        markdownText(shown?.text ?? '', screen),
        '',
        ...(last ? [screen.paint.dim(seen >= hints.length ? 'This is the last hint; there are no more.' : 'This was the last hint.')] : []),
        exercise.name,
        ...nextLines([[`npm test -- ${exercise.name}`, 'judges your files'], next], screen),
      ].join('\n'),
    )
    if (values.number === undefined) writeRecord('hints.json', { ...allSeen(), [exercise.name]: number })
    await tellRoom('hint', exercise, screen)
    return 0
  },
}

function hintsOf(exercise: Exercise): readonly Hint[] {
  const hints = listHints(exercise)
  if (hints.length > 0) return hints
  throw new ExplainedError({ what: `${exercise.name} has no hints.`, why: 'There is nothing to show.', next: `npm run solution -- ${exercise.name} shows what the solution does differently.` }, 1)
}

function numberIn(text: string, count: number, { name }: Exercise): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= count) return number
  throw new ExplainedError({ what: `${name} has no hint ${text}.`, why: 'No hint was shown.', next: `Its hints are 1 to ${count}.` })
}

function allSeen(): Readonly<Record<string, unknown>> {
  const record = readRecord('hints.json')
  return typeof record === 'object' && record !== null ? (record as Readonly<Record<string, unknown>>) : {}
}

function seenOf({ name }: Exercise): number {
  const seen = allSeen()[name]
  return typeof seen === 'number' ? seen : 0
}
