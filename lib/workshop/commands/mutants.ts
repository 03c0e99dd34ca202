import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { namedExercises, parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { listExercises } from '../exercises.js'
import { onEachCore, openBench } from '../judging/judge-all.js'
import { withSignals } from '../judging/signals.js'
import { changeOf } from '../mutants/equivalent.js'
import { judgeMutants, mutatedFiles, orphans, type JudgedMutant, type MutatedFile } from '../mutants/run.js'
import { sampleOf } from '../mutants/sample.js'
import { entryFor, mutantsHeading, mutantsRow, scoreOf, survivorText } from '../mutants/table.js'
import { terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const mutants: Command = {
  usage: 'npm run mutants [-- exercise-07 …] [--sample 20] [--seed text] [--processes 1] [--json]',
  summary: 'Changes one small thing at a time in the solutions, and shows whether the checks notice.',
  help: [
    'A mutant is the solution, or a second solution, with a condition turned round, a block left out, a text emptied and the like: the operators are those of StrykerJS. It is killed when a check breaks, and unusable when it cannot be loaded, never ends, or misuses what it is given; both are noticed. It has survived when every check passes: then a check is missing, or nobody could tell the difference.',
    'Those that nobody could tell are listed with a reason in solutions/exercise-NN-*/equivalent-mutants.json. An entry that no longer fits any mutant is an error. --json gives each survivor as such an entry.',
    '--sample judges so many of all, drawn by --seed; --processes says how many at a time (as many as there are cores).',
    'The exit code is 0 when every mutant is killed, unusable or listed.',
  ].join('\n\n'),
  flags: { '--sample': 'with value', '--seed': 'with value', '--processes': 'with value', '--json': 'alone' },
  async run(args) {
    const options = { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, processes: { type: 'string' }, json: { type: 'boolean', default: false } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], options, allowPositionals: true }))
    const exercises = positionals.length === 0 ? listExercises() : namedExercises(positionals)
    const lost = exercises.flatMap((exercise) => orphans(exercise).map((entry) => ({ exercise, entry })))
    const files = exercises.flatMap(mutatedFiles)
    const work = values.sample === undefined ? files.map((file) => ({ file, mutants: file.mutants })) : sampleOf(files, countIn('--sample', values.sample), values.seed)
    const total = work.reduce((sum, { mutants }) => sum + mutants.length, 0)
    const screen = terminal()
    const results: JudgedMutant[] = []
    const bench = openBench()
    const stop = withSignals(() => {
      bench.close()
      screen.complain(`\nInterrupted: ${results.length} of ${total} mutants were judged.`)
    })
    try {
      const judge = ({ file, mutants }: (typeof work)[number]): Promise<void> =>
        judgeMutants(bench, file, mutants, values.sample === undefined ? 'first' : 'not at all', (judged) => {
          results.push(judged)
          screen.whisper(`  ${results.length} of ${total} mutants · ${judged.exercise.name} ${judged.file}`)
        })
      await onEachCore(work, judge, ...(values.processes === undefined ? [] : [countIn('--processes', values.processes)]))
    } finally {
      bench.close()
      stop()
    }
    const fileOf = (judged: JudgedMutant): MutatedFile => files.find((file) => file.exercise.name === judged.exercise.name && file.file === judged.file) ?? unheardOf(judged)
    const alive = results.filter(({ fate }) => fate === 'survived' || fate === 'unknown').sort((a, b) => a.exercise.number - b.exercise.number)
    const rows = exercises.flatMap(({ name }) => {
      const judged = results.filter((each) => each.exercise.name === name)
      return judged.length === 0 ? [] : [{ name, judged }]
    })
    const fine = alive.length === 0 && lost.length === 0
    if (values.json) {
      const table = rows.map(({ name, judged }) => ({ exercise: name, mutants: judged.length, score: scoreOf(judged), ...Object.fromEntries((['killed', 'unusable', 'survived', 'unknown', 'equivalent'] as const).map((fate) => [fate, judged.filter((each) => each.fate === fate).length])) }))
      const listed = alive.map((each) => ({ exercise: each.exercise.name, fate: each.fate, operator: each.mutant.operator, lineNumber: each.mutant.line, by: each.by ?? null, ...entryFor(each, fileOf(each), changeOf(each.mutant)) }))
      process.stdout.write(`${JSON.stringify({ exercises: table, alive: listed, orphans: lost.map(({ exercise, entry }) => ({ exercise: exercise.name, ...entry })) }, undefined, 2)}\n`)
      return fine ? 0 : 1
    }
    for (const each of alive) screen.print(`${survivorText(each, fileOf(each), screen)}\n`)
    for (const { exercise, entry } of lost) screen.print(screen.paint.red(wrap(`✗ equivalent-mutants.json of ${exercise.name} lists a mutant that there is not: ${entry.file}: ${entry.line}: ${entry.change}`, screen.width, '', '  ')))
    screen.print([mutantsHeading, ...rows.map(({ name, judged }) => mutantsRow(name, judged)), ...(rows.length > 1 ? [mutantsRow('in all', results)] : [])].join('\n'))
    return fine ? 0 : 1
  },
}

function countIn(flag: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new ExplainedError({ what: `${flag} ${text} is no number.`, why: 'Nothing was judged.', next: 'Give a whole number from 1.' })
}

function unheardOf(judged: JudgedMutant): never {
  throw new Error(`${judged.exercise.name} has no file ${judged.file}.`)
}
