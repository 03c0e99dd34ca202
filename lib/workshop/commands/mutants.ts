import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Command } from '../command.js'
import { parsed } from '../arguments.js'
import { ExplainedError } from '../explained-error.js'
import { findExercise, listExercises, type Exercise } from '../exercises.js'
import { onEachCore, openBench } from '../judging/judge-all.js'
import { withSignals } from '../judging/signals.js'
import { ordinal } from '../../story/wording.js'
import { changeOf, isAbout, orphansAmong, type EquivalentMutant } from '../mutants/equivalent.js'
import type { Mutant } from '../mutants/mutants.js'
import { findRoom, judgeRooms, roomFiles } from '../mutants/rooms/judge.js'
import { everyRoom, rooms, type Room } from '../mutants/rooms/rooms.js'
import { judgeMutants, mutatedFiles, subjectOf } from '../mutants/run.js'
import { sampleOf, type Sampled } from '../mutants/sample.js'
import type { JudgedMutant, MutatedFile } from '../mutants/subject.js'
import { entryFor, mutantsHeading, mutantsRow, scoreOf, survivorText } from '../mutants/table.js'
import { terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export const mutants: Command = {
  usage: 'npm run mutants [-- exercise-07 … | broker …] [--sample 20] [--seed text] [--processes 1] [--quick] [--again found.json] [--json]',
  summary: 'Changes one small thing at a time in the solutions, or in the engine, and shows whether the checks notice.',
  help: [
    'A mutant is the solution, or a second solution, with a condition turned round, a block left out, a text emptied and the like: the operators are those of StrykerJS. It is killed when a check breaks, and unusable when it cannot be loaded, never ends, or misuses what it is given; both are noticed. It has survived when every check passes: then a check is missing, or nobody could tell the difference.',
    `The rooms of the engine are judged by the engine's tests: ${rooms.map(({ name }) => name).join(', ')}, or ${everyRoom} for all of them. There a mutant is also unusable when TypeScript rejects it. With --quick only the tests beside the files judge; what survives these may still be killed by others.`,
    'Those that nobody could tell are listed with a reason in solutions/exercise-NN-*/equivalent-mutants.json, and in lib/broker/equivalent-mutants.json for a room. An entry that no longer fits any mutant is an error. --json gives each survivor as such an entry.',
    '--sample judges so many of all, drawn by --seed; --again only those that survived in a file that --json has printed; --processes says how many at a time (as many as there are cores).',
    'The exit code is 0 when every mutant is killed, unusable or listed.',
  ].join('\n\n'),
  flags: { '--sample': 'with value', '--seed': 'with value', '--processes': 'with value', '--quick': 'alone', '--again': 'with value', '--json': 'alone' },
  async run(args) {
    const options = { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, processes: { type: 'string' }, quick: { type: 'boolean', default: false }, again: { type: 'string' }, json: { type: 'boolean', default: false } } as const
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], options, allowPositionals: true }))
    const asked = named(positionals)
    const answers = asked.exercises.map((exercise) => ({ subject: subjectOf(exercise), files: mutatedFiles(exercise) }))
    const engine = asked.rooms.map((room) => ({ subject: { name: room.name, folder: `lib/${room.name}` }, files: roomFiles(room) }))
    const lost = [...answers, ...engine].flatMap(({ subject, files }) => orphansAmong(subject, files).map((entry) => ({ subject, entry })))
    const sample = values.sample === undefined ? undefined : countIn('--sample', values.sample)
    const processes = values.processes === undefined ? availableParallelism() : countIn('--processes', values.processes)
    const draw = <File extends MutatedFile>(files: readonly File[]): readonly Sampled<File>[] => (sample === undefined ? files.map((file) => ({ file, mutants: file.mutants })) : sampleOf(files, sample, values.seed))
    const wanted = values.again === undefined ? (): boolean => true : isAmong(values.again)
    const filesOf = <File extends MutatedFile>(subjects: readonly { readonly files: readonly File[] }[]): readonly File[] => subjects.flatMap(({ files }) => files.map((file) => ({ ...file, mutants: file.mutants.filter((mutant) => wanted(file, mutant)) })))
    const [answerFiles, engineFiles] = [filesOf(answers), filesOf(engine)]
    const [answerWork, roomWork] = [draw(answerFiles), draw(engineFiles)]
    const total = [...answerWork, ...roomWork].reduce((sum, { mutants }) => sum + mutants.length, 0)
    const screen = terminal()
    const results: JudgedMutant[] = []
    const onJudged = (judged: JudgedMutant): void => {
      results.push(judged)
      screen.whisper(`  ${results.length} of ${total} mutants · ${judged.of.subject.name} ${judged.of.file}`)
    }
    const bench = openBench()
    const stop = withSignals(() => {
      bench.close()
      screen.complain(`\nInterrupted: ${results.length} of ${total} mutants were judged.`)
    })
    try {
      await onEachCore(answerWork, ({ file, mutants }) => judgeMutants(bench, file, mutants, sample === undefined ? 'first' : 'not at all', onJudged), processes)
      await judgeRooms(bench, roomWork, { processes, quick: values.quick }, onJudged)
    } finally {
      bench.close()
      stop()
    }
    const places: readonly MutatedFile[] = [...answerFiles, ...engineFiles]
    const alive = results.filter(({ fate }) => fate === 'survived' || fate === 'unknown').sort((a, b) => places.findIndex((file) => file === a.of) - places.findIndex((file) => file === b.of) || a.mutant.start - b.mutant.start)
    const rowsOf = (subjects: typeof answers | typeof engine): readonly { readonly name: string; readonly judged: readonly JudgedMutant[] }[] =>
      subjects.map(({ subject: { name } }) => ({ name, judged: results.filter(({ of }) => of.subject.name === name) })).filter(({ judged }) => judged.length > 0)
    const [exerciseRows, roomRows] = [rowsOf(answers), rowsOf(engine)]
    const fine = alive.length === 0 && lost.length === 0
    if (values.json) {
      const table = ({ judged }: (typeof roomRows)[number]): object => ({ mutants: judged.length, score: scoreOf(judged), ...Object.fromEntries((['killed', 'unusable', 'survived', 'unknown', 'equivalent'] as const).map((fate) => [fate, judged.filter((each) => each.fate === fate).length])) })
      const key = ({ of: { subject } }: JudgedMutant): object => (findRoom(subject.name) === undefined ? { exercise: subject.name } : { room: subject.name })
      const listed = alive.map((each) => ({ ...key(each), fate: each.fate, operator: each.mutant.operator, lineNumber: each.mutant.line, by: each.by ?? null, ...entryFor(each, changeOf(each.mutant)) }))
      const orphans = lost.map(({ subject, entry }) => ({ [findRoom(subject.name) === undefined ? 'exercise' : 'room']: subject.name, ...entry }))
      process.stdout.write(`${JSON.stringify({ exercises: exerciseRows.map((row) => ({ exercise: row.name, ...table(row) })), rooms: roomRows.map((row) => ({ room: row.name, ...table(row) })), alive: listed, orphans }, undefined, 2)}\n`)
      return fine ? 0 : 1
    }
    for (const each of alive) screen.print(`${survivorText(each, screen)}\n`)
    for (const { subject, entry } of lost) screen.print(screen.paint.red(wrap(`✗ equivalent-mutants.json of ${subject.name} lists a mutant that there is not: ${entry.file}: ${entry.line}${entry.occurrence === undefined ? '' : ` (the ${ordinal(entry.occurrence)} of these lines)`}: ${entry.change}`, screen.width, '', '  ')))
    const rows = [...exerciseRows, ...roomRows]
    screen.print([mutantsHeading, ...rows.map(({ name, judged }) => mutantsRow(name, judged)), ...(rows.length > 1 ? [mutantsRow('in all', results)] : [])].join('\n'))
    return fine ? 0 : 1
  },
}

/** Exercises and rooms by their names; without any, all exercises. */
function named(names: readonly string[]): { readonly exercises: readonly Exercise[]; readonly rooms: readonly Room[] } {
  const all = listExercises()
  if (names.length === 0) return { exercises: all, rooms: [] }
  const [exercises, found] = [new Set<Exercise>(), new Set<Room>()]
  for (const name of names) {
    const exercise = findExercise(name, all)
    const room = findRoom(name)
    if (name === everyRoom) for (const each of rooms) found.add(each)
    else if (room !== undefined) found.add(room)
    else if (exercise !== undefined) exercises.add(exercise)
    else {
      throw new ExplainedError({
        what: `There is neither an exercise nor a room "${name}".`,
        why: 'Nothing was judged.',
        next: `The exercises are ${all.map((each) => each.name).join(', ')}; the number is enough. The rooms are ${rooms.map((each) => each.name).join(', ')}, and ${everyRoom} are all of them.`,
      })
    }
  }
  return { exercises: all.filter((each) => exercises.has(each)), rooms: rooms.filter((each) => found.has(each)) }
}

/** @returns whether a mutant was alive in what an earlier run has printed. @throws ExplainedError when the file cannot be read as that. */
function isAmong(file: string): (of: MutatedFile, mutant: Mutant) => boolean {
  try {
    const { alive } = JSON.parse(readFileSync(file, 'utf8')) as { readonly alive: readonly (EquivalentMutant & { readonly exercise?: string; readonly room?: string })[] }
    return ({ subject, file: name, text }, mutant) => alive.some((entry) => (entry.room ?? entry.exercise) === subject.name && isAbout(entry, name, text, mutant))
  } catch (error) {
    throw new ExplainedError({ what: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, why: 'Nothing was judged.', next: 'Give a file that this command has printed with --json.' })
  }
}

function countIn(flag: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new ExplainedError({ what: `${flag} ${text} is no number.`, why: 'Nothing was judged.', next: 'Give a whole number from 1.' })
}
