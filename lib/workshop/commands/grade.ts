import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { namedExercises, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { listExercises } from '../exercises.js'
import { grade as gradeExercises } from '../grading/grade.js'
import { junitText } from '../grading/junit.js'
import { gradesOf, type Grades, type Totals } from '../grading/points.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const grade: Command = {
  usage: 'npm run grade -- [exercise-01 …] [--json] [--junit <file>] [--min-stars <number>]',
  summary: 'Shows levels and points for all exercises, or for those that you name.',
  help: [
    '★ counts 1 point, ★★ 2 more and ★★★ 3 more; a level counts when it and all below it pass.',
    '--json prints everything as JSON; with npm run --silent grade -- --json there is nothing else.',
    '--junit writes a file that classroom autograders read.',
    'Electives, from exercise 17 on, stand apart and are in no total.',
    '--min-stars 32 makes the exit code 1 with fewer stars than 32; there are three for each exercise that you name, or for each of the sixteen. Without it the exit code is 0 however many there are.',
  ].join('\n'),
  flags: { '--json': 'alone', '--junit': 'with value', '--min-stars': 'with value' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false }, junit: { type: 'string' }, 'min-stars': { type: 'string' } } }))
    const exercises = positionals.length === 0 ? listExercises() : namedExercises(positionals)
    const counted = positionals.length === 0 ? exercises.filter(({ module }) => !module.elective) : exercises // by --min-stars
    const wanted = values['min-stars'] === undefined ? 0 : starsIn(values['min-stars'], 3 * counted.length)
    const file = values.junit === undefined ? undefined : resolve(values.junit)
    if (file !== undefined) write(values.junit ?? '', () => appendFileSync(madeFolder(file), '')) // before minutes are spent on it
    const screen = terminal()
    const results = await gradeExercises(exercises, { onCheck: (exercise) => (values.json ? undefined : screen.whisper(`  ${exercise?.name ?? ''} …`)) })
    const grades = gradesOf(results)
    screen.print(values.json ? JSON.stringify(grades, undefined, 2) : table(grades, screen))
    if (file !== undefined) write(values.junit ?? '', () => writeFileSync(file, junitText(results)))
    const stars = positionals.length === 0 ? grades.stars : grades.stars + grades.electives.stars
    if (stars >= wanted) return 0
    screen.complain(screen.paint.red.bold(wrap(`✗ ${stars} of ${3 * counted.length} stars, and --min-stars asks for ${wanted}.`, screen.width)))
    return 1
  },
}

function starsIn(text: string, most: number): number {
  const stars = Number(text)
  if (/^\d+$/.test(text) && stars <= most) return stars
  throw new ExplainedError({ what: `--min-stars ${text} is no number of stars.`, why: 'Nothing was judged.', next: `Give a number from 0 to ${most}: three for each exercise that is judged.` })
}

function madeFolder(file: string): string {
  makeFolder(dirname(file))
  return file
}

/** Node's own recursive way never ends where nothing can be made though the folder above is there, as in Linux's /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** @throws ExplainedError when it cannot be done. */
function write(name: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ExplainedError({ what: `The results cannot be written to "${name}": ${reason}.`, why: 'Whatever reads that file would find nothing, or an earlier result.', next: 'Give --junit a file in a folder that you may write to.' }, 1)
  }
}

/** @internal for its test. */
export function table(grades: Grades, terminal: Terminal): string {
  const { paint } = terminal
  const open = [...grades.exercises, ...grades.electives.exercises].find((exercise) => exercise.points < exercise.maxPoints)
  return [
    paint.bold(`${'exercise'.padEnd(27)}${'level'.padEnd(5)}${'checks'.padStart(9)}${'points'.padStart(11)}`),
    ...tableRows(grades, 'all', terminal),
    ...(grades.exercises.length > 0 && grades.electives.exercises.length > 0 ? [''] : []),
    ...tableRows(grades.electives, 'electives', terminal),
    ...(open === undefined ? [] : ['', open.name, ...nextLines([[`npm test -- ${open.name}`, 'why it is not ★★★ yet']], terminal)]),
  ].join('\n')
}

function tableRows({ exercises, stars, maxStars, points, maxPoints }: Totals, total: string, { paint }: Terminal): string[] {
  if (exercises.length === 0) return []
  const rows = exercises.map(({ name, title, level, passed, checks, points: own, maxPoints: most }) => {
    const badge = `${paint.yellow('★'.repeat(level))}${paint.dim('☆'.repeat(3 - level))}`
    return `${name.slice(-2)} ${title.padEnd(24)}${badge}${`${passed} of ${checks.length}`.padStart(11)}${`${own} of ${most}`.padStart(11)}`
  })
  return [...rows, paint.bold(`${total.padEnd(27)}${`${stars} of ${maxStars} ★`.padEnd(14)}${`${points} of ${maxPoints}`.padStart(11)}`)]
}
