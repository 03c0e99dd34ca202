import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { namedExercises, parsed } from '../arguments.js'
import { listExercises } from '../exercises.js'
import { grade as gradeExercises } from '../grading/grade.js'
import { junitText } from '../grading/junit.js'
import { gradesOf, type Grades } from '../grading/points.js'
import { nextLines } from '../screen/next-commands.js'
import { terminal, type Terminal } from '../screen/terminal.js'

export const grade: Command = {
  usage: 'npm run grade -- [exercise-01 …] [--json] [--junit <file>]',
  summary: 'Levels and points over all exercises, or over those that are named.',
  help: ['★ counts 1 point, ★★ 2 more and ★★★ 3 more; a level counts when it and all below it pass.', '--json prints everything as JSON and nothing else; --junit writes a file that classroom autograders read.'].join('\n'),
  flags: { '--json': 'alone', '--junit': 'with value', '--min-stars': 'with value' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false }, junit: { type: 'string' } } }))
    const exercises = positionals.length === 0 ? listExercises() : namedExercises(positionals)
    const screen = terminal()
    const { results } = await gradeExercises(exercises, { listener: { onCheck: (exercise) => (values.json ? undefined : screen.whisper(`  ${exercise?.name ?? ''} …`)) } })
    const grades = gradesOf(results)
    if (values.junit !== undefined) writeFileSync(resolve(values.junit), junitText(results))
    screen.print(values.json ? JSON.stringify(grades, undefined, 2) : table(grades, screen))
    return 0
  },
}

function table({ exercises, points, maxPoints }: Grades, terminal: Terminal): string {
  const { paint } = terminal
  const rows = exercises.map(({ name, title, level, passed, checks, points: own, maxPoints: most }) => {
    const badge = `${paint.yellow('★'.repeat(level))}${paint.dim('☆'.repeat(3 - level))}`
    return `${name.slice(-2)} ${title.padEnd(24)}${badge}${`${passed} of ${checks.length}`.padStart(11)}${`${own} of ${most}`.padStart(11)}`
  })
  const open = exercises.find((exercise) => exercise.points < exercise.maxPoints)
  return [
    paint.bold(`${'exercise'.padEnd(27)}${'level'.padEnd(5)}${'checks'.padStart(9)}${'points'.padStart(11)}`),
    ...rows,
    paint.bold(`${'all'.padEnd(27)}${''.padStart(14)}${`${points} of ${maxPoints}`.padStart(11)}`),
    ...(open === undefined ? [] : ['', open.name, ...nextLines([[`npm test -- ${open.name}`, 'why it is not ★★★ yet']], terminal)]),
  ].join('\n')
}
