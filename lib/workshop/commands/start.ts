import { parseArgs } from 'node:util'
import { cut, displayWidth } from '../../story/width.js'
import type { Command } from '../command.js'
import { parsed } from '../arguments.js'
import { environmentChecks, type EnvironmentCheck } from '../environment.js'
import { listExercises, modules, type Exercise, type ListedModule } from '../exercises.js'
import { readyLine, thisMachine } from '../ready-line.js'
import { progressOf, type Progress } from '../records/progress.js'
import { readJoined } from '../room/joined.js'
import { nextLines, type Next } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const start: Command = {
  usage: 'npm start',
  summary: 'Checks your machine, shows how far you have got, and what comes next.',
  help: 'It only warns, whatever is missing. The last line is for the facilitator: it names versions, and nothing else about your machine.',
  async run(args) {
    parsed(() => parseArgs({ args: [...args], options: {} }))
    const screen = terminal()
    const steps = listExercises().map((exercise) => ({ exercise, progress: progressOf(exercise) }))
    const checks = [...(await environmentChecks(screen.width)), ...joinedCheck()]
    const { done, all } = countOf(steps)
    screen.print(startScreen(steps, checks, readyLine(thisMachine(done, all), checks), screen))
    return 0
  },
}

/** Whoever has joined a room is told so each time, and by it when it does not answer. */
function joinedCheck(): EnvironmentCheck[] {
  const joined = readJoined()
  if (joined === undefined) return []
  const { address, name, said } = joined
  if (!said) return [{ name: `in the room at ${address} as ${name}`, advice: undefined }]
  return [{ name: `the room at ${address} does not answer`, advice: 'You have joined it, and your results wait for it. Nothing else does. npm run join -- --leave ends that.' }]
}

export interface Step {
  readonly exercise: Exercise
  readonly progress: Progress
}

/** In 80 columns 24 rows hold all of it. Where there is less room, or more to warn of, what scrolls away is above: the warnings and the last line stay. */
export function startScreen(steps: readonly Step[], checks: readonly EnvironmentCheck[], ready: string, terminal: Terminal): string {
  return [
    titleLine(steps, terminal),
    '',
    ...inColumns(steps, terminal),
    ...electiveLines(steps, terminal),
    '',
    ...nextStep(steps, terminal),
    '',
    ...environmentLines(checks, terminal),
    terminal.paint.bold(ready),
  ].join('\n')
}

/** Electives don't count: whoever has done the two days has done all of it. */
function countOf(steps: readonly Step[]): { readonly done: number; readonly all: number } {
  const core = steps.filter(({ exercise }) => !exercise.module.elective)
  return { done: core.filter(({ progress }) => progress.done).length, all: core.length }
}

/** The bar counts what is done. */
function titleLine(steps: readonly Step[], { paint, width }: Terminal): string {
  const title = 'Rock-solid messaging'
  const { done, all } = countOf(steps)
  const count = ` ${done} of ${all} done`
  const columns = Math.min(32, width - title.length - count.length - 2)
  const filled = all === 0 ? 0 : Math.round((done / all) * columns)
  return `${paint.bold(title)}  ${paint.green('█'.repeat(filled))}${paint.dim('░'.repeat(columns - filled))}${count}`
}

/** The modules of the core one below the other; in two columns where they fit. */
function inColumns(steps: readonly Step[], terminal: Terminal): string[] {
  const half = Math.floor((terminal.width - 2) / 2)
  const two = terminal.width >= 76
  const blocks = core.map(({ number, title }) => moduleLines(number, title, steps.filter(({ exercise }) => exercise.module.number === number), two ? half : terminal.width, terminal))
  if (!two) return blocks.flat().map(({ text }) => text)
  const [left, right] = [blocks.slice(0, 2).flat(), blocks.slice(2).flat()]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [one, other] = [left[index], right[index]]
    return other === undefined ? (one?.text ?? '') : `${one?.text ?? ''}${' '.repeat(half + 2 - (one?.width ?? 0))}${other.text}`
  })
}

const core = modules.filter(({ elective }) => !elective)

/** All five fit into two lines: `6 · Share the work 17–20   7 · Agree 21–22`. */
function electiveLines(steps: readonly Step[], { paint, width }: Terminal): string[] {
  const texts = modules.flatMap((module) => (module.elective ? electiveText(module, steps) : []))
  return inRows(texts, width).map((row) => paint.bold(row))
}

function electiveText({ number, title }: ListedModule, steps: readonly Step[]): string[] {
  const own = steps.filter(({ exercise }) => exercise.module.number === number)
  const done = own.filter(({ progress }) => progress.done).length
  if (own.length === 0) return []
  const mark = done === own.length ? ' ✓' : done > 0 ? ` ${done}✓` : ''
  return [`${number} · ${title} ${rangesOf(own.map(({ exercise }) => exercise.number))}${mark}`]
}

/** `17–19 21` */
function rangesOf(numbers: readonly number[]): string {
  const runs = numbers.reduce<number[][]>((found, number) => {
    const run = found.at(-1)
    return run?.at(-1) === number - 1 ? [...found.slice(0, -1), [...run, number]] : [...found, [number]]
  }, [])
  return runs.map((run) => (run.length > 1 ? `${run[0]}–${run.at(-1)}` : String(run[0]))).join(' ')
}

interface Line {
  readonly text: string
  /** Columns, without the codes of colours. */
  readonly width: number
}

function moduleLines(number: number, title: string, steps: readonly Step[], width: number, { paint }: Terminal): Line[] {
  if (steps.length === 0) return []
  const heading = cut(`${number} · ${title}`, width)
  return [
    { text: paint.bold(heading), width: displayWidth(heading) },
    ...steps.map(({ exercise, progress }) => {
      const name = `  ${exercise.name.slice(-2)} ${exercise.title.padEnd(20)} `
      const { plain, painted } = progressText(progress, paint)
      return { text: name + painted, width: displayWidth(name + plain) }
    }),
  ]
}

/** The stars are those of `npm test` and `npm run grade`; before anybody has judged the files there are none to show. */
function progressText({ untouched, judged, done }: Progress, paint: Terminal['paint']): { readonly plain: string; readonly painted: string } {
  if (judged === undefined) {
    const plain = untouched ? '·' : 'changed'
    return { plain, painted: paint.dim(plain) }
  }
  const { level, passed, total } = judged
  const [reached, open, text] = ['★'.repeat(level), '☆'.repeat(3 - level), done ? 'done' : `${passed} of ${total}`]
  return { plain: `${reached}${open} ${text}`, painted: `${paint.yellow(reached)}${paint.dim(open)} ${done ? paint.green(text) : text}` }
}

/** The first exercise that is not done; an elective when the core is done. */
function nextStep(steps: readonly Step[], terminal: Terminal): string[] {
  const open = steps.filter(({ progress }) => !progress.done)
  const next = open.find(({ exercise }) => !exercise.module.elective) ?? open[0]
  if (next === undefined) return [wrap('All exercises are done. npm run grade shows them all.', terminal.width)]
  const { exercise, progress } = next
  const commands: Next[] = progress.untouched
    ? [
        [`exercises/${exercise.folder}/README.md`, 'read this first'],
        [`npm run observe -- ${exercise.name}`, 'see what goes wrong'],
      ]
    : [[`npm test -- ${exercise.name}`, 'judges your files']]
  return [`Next: ${exercise.module.elective ? 'elective' : 'exercise'} ${exercise.name.slice(-2)} · ${exercise.title}`, ...nextLines(commands, terminal)]
}

function environmentLines(checks: readonly EnvironmentCheck[], { paint, width }: Terminal): string[] {
  const fine = checks.filter(({ advice }) => advice === undefined)
  return [
    ...inRows(fine.map(({ name }) => `✓ ${name}`), width).map((row) => row.replaceAll('✓', paint.green('✓'))),
    ...checks.flatMap(({ name, advice }) => (advice === undefined ? [] : [`${paint.yellow('!')} ${name}`, wrap(advice, width, '  ')])),
  ]
}

/** As many beside each other as fit. */
function inRows(texts: readonly string[], width: number): string[] {
  return texts.reduce<string[]>((rows, text) => {
    const row = rows.at(-1)
    const longer = row === undefined ? text : `${row}   ${text}`
    return row === undefined || displayWidth(longer) > width ? [...rows, text] : [...rows.slice(0, -1), longer]
  }, [])
}
