import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { parsed } from '../arguments.js'
import { environmentChecks } from '../environment.js'
import { listExercises, modules, type Exercise } from '../exercises.js'
import { progressOf, type Progress } from '../records/progress.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const start: Command = {
  usage: 'npm start',
  summary: 'Checks that everything is there, shows how far you are, and what comes next.',
  help: 'It warns and never refuses: whatever is missing, the rest can be used.',
  async run(args) {
    parsed(() => parseArgs({ args: [...args], options: {} }))
    const screen = terminal()
    const exercises = listExercises().map((exercise) => ({ exercise, progress: progressOf(exercise) }))
    screen.print(
      [
        screen.paint.bold('Rock-solid messaging'),
        wrap('Driveway sells used cars online, and every consistency bug costs a car.', screen.width),
        '',
        ...(await environmentLines(screen)),
        ...modules.flatMap(({ number, title }) => moduleLines(number, title, exercises.filter(({ exercise }) => exercise.module.number === number), screen)),
        '',
        ...wayLines(exercises, screen),
      ].join('\n'),
    )
    return 0
  },
}

interface Step {
  readonly exercise: Exercise
  readonly progress: Progress
}

async function environmentLines({ paint, width }: Terminal): Promise<string[]> {
  const checks = await environmentChecks(width)
  const fine = checks.filter(({ advice }) => advice === undefined)
  return [
    wrap(fine.map(({ name }) => `${paint.green('✓')} ${name}`).join('   '), width),
    ...checks.flatMap(({ name, advice }) => (advice === undefined ? [] : [`${paint.yellow('!')} ${name}`, wrap(advice, width, '  ')])),
  ]
}

function moduleLines(number: number, title: string, steps: readonly Step[], { paint }: Terminal): string[] {
  if (steps.length === 0) return []
  return ['', paint.bold(`${number} · ${title}`), ...steps.map(({ exercise, progress }) => `  ${exercise.name.slice(-2)} ${exercise.title.padEnd(22)} ${progressText(progress, paint)}`)]
}

function progressText(progress: Progress, paint: Terminal['paint']): string {
  switch (progress.state) {
    case 'done':
      return `${paint.yellow('★★★')} ${paint.green('done')}`
    case 'started':
      return `${paint.yellow('★'.repeat(progress.level))}${paint.dim('☆'.repeat(3 - progress.level))} ${progress.passed} of ${progress.total} checks pass`
    case 'changed':
      return `${paint.dim('☆☆☆')} changed, not judged yet`
    case 'not started':
      return paint.dim('☆☆☆')
  }
}

/** The bar, and the next step: the first exercise that is not done. */
function wayLines(steps: readonly Step[], terminal: Terminal): string[] {
  const { paint, width } = terminal
  const done = steps.filter(({ progress }) => progress.state === 'done').length
  const columns = Math.min(32, width - 24)
  const filled = steps.length === 0 ? 0 : Math.round((done / steps.length) * columns)
  const bar = `${paint.green('█'.repeat(filled))}${paint.dim('░'.repeat(columns - filled))} ${done} of ${steps.length} done`
  const next = steps.find(({ progress }) => progress.state !== 'done')
  if (next === undefined) return [bar, '', wrap('All exercises are done. npm run grade shows them all.', width)]
  const { exercise, progress } = next
  const commands: Next[] =
    progress.state === 'not started'
      ? [
          [`exercises/${exercise.folder}/README.md`, 'read this first'],
          [`npm run observe -- ${exercise.name}`, 'see what goes wrong'],
        ]
      : [[`npm test -- ${exercise.name}`, 'judges your files']]
  return [bar, '', `Next: exercise ${exercise.name.slice(-2)} · ${exercise.title}`, ...nextLines(commands, terminal)]
}
