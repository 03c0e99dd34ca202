import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtFile } from '../../built-file.js'
import { NotCompiled } from '../../judging/compile.js'
import { limits, type JudgeProcess, type Outcome } from '../../judging/job.js'
import type { Bench } from '../../judging/judge-all.js'
import { verdictOf } from '../../judging/verdict.js'
import { equivalentMutants, isAbout } from '../equivalent.js'
import { mutantsOf, mutated, type Mutant } from '../mutants.js'
import type { Fate, JudgedMutant, MutatedFile } from '../subject.js'
import { compileModule } from './compile.js'
import { regionAround, withRegions, type Region } from './regions.js'
import { engineFiles, rooms, sourcesOf, sourceText, suiteFiles, type Room } from './rooms.js'
import { typeErrors } from './types.js'
import type { Reached, SuiteWork } from './work.js'

export interface RoomFile extends MutatedFile {
  /** Relative to the repository's root, with slashes. */
  readonly path: string
}

export interface RoomWork {
  readonly file: RoomFile
  readonly mutants: readonly Mutant[]
}

/** A test of the suite, and what is known of it. */
interface Surveyed {
  readonly name: string
  readonly file: string
  /** Milliseconds of processor time. */
  readonly cost: number
  readonly regions: ReadonlySet<number>
}

/** By file: how many mutants each test has killed so far. */
type Killers = Map<string, Map<string, number>>

interface Survey {
  readonly tests: readonly Surveyed[]
  readonly regions: ReadonlyMap<string, readonly Region[]>
}

export interface Manner {
  /** How many at a time. */
  readonly processes: number
  /** Only the tests that lie in the rooms judge, which takes seconds where all take a minute. */
  readonly quick: boolean
}

export function roomFiles(room: Room): readonly RoomFile[] {
  const folder = `lib/${room.name}`
  return sourcesOf(room).map((path) => {
    const text = sourceText(path)
    return { subject: { name: room.name, folder }, path, file: path.slice(folder.length + 1), text, mutants: mutantsOf(text) }
  })
}

/**
 * Judges mutants of the engine by its own tests, each until the first that breaks. The tests are run once before, to see which of them reach which part
 * of which file and what they cost: a mutant is judged by those that reach it, and those come first that cost little and have killed many in its file.
 *
 * @throws Error when a test does not pass without a mutant.
 */
export async function judgeRooms(bench: Bench, work: readonly RoomWork[], { processes, quick }: Manner, onJudged: (judged: JudgedMutant) => void): Promise<void> {
  if (work.length === 0) return
  const engine = join(bench.folder, 'engine.json')
  writeFileSync(engine, JSON.stringify(await compileEngine()))
  const courts = Array.from({ length: processes }, () => new Court(bench.process(limits), engine))
  try {
    const survey = await surveyOf(courts, work.map(({ file }) => file.path), suiteFiles(quick ? rooms.filter(({ name }) => work.some(({ file }) => file.subject.name === name)) : undefined))
    const queue = work.flatMap(({ file, mutants }) => mutants.map((mutant) => ({ file, mutant })))
    const killers: Killers = new Map()
    await shared(courts, queue, async (court, { file, mutant }) => onJudged({ of: file, mutant, ...(await judge(court, file, mutant, survey, killers)) }))
  } finally {
    for (const court of courts) court.end()
  }
}

async function compileEngine(): Promise<Readonly<Record<string, string>>> {
  const compiled = await Promise.all(engineFiles().map(async (file) => [file, await compileModule(file, sourceText(file)).catch(() => undefined)] as const))
  // Programs wait for something while they are loaded, so nobody can require them, and no test does.
  return Object.fromEntries(compiled.flatMap(([file, code]) => (code === undefined ? [] : [[file, code]])))
}

async function judge(court: Court, file: RoomFile, mutant: Mutant, survey: Survey, killers: Killers): Promise<Pick<JudgedMutant, 'fate' | 'by' | 'because'>> {
  const text = mutated(file.text, mutant)
  try {
    const code = await compileModule(file.path, text)
    const kills = killers.get(file.path) ?? new Map<string, number>()
    killers.set(file.path, kills)
    const price = ({ name, cost }: Surveyed): number => (1 + cost) / (1 + 10 * (kills.get(name) ?? 0))
    const tests = testsFor(survey, file, mutant).sort((a, b) => price(a) - price(b))
    const outcome = tests.length === 0 ? undefined : await court.verify(tests, { [file.path]: code })
    const { fate, by, because } = outcome === undefined ? { fate: 'survived' as const, by: undefined, because: 'No test reaches it.' } : fateOf(outcome)
    if (fate === 'killed' && by !== undefined) kills.set(by, (kills.get(by) ?? 0) + 1)
    if (fate !== 'survived') return { fate, by, because }
    if (equivalentMutants(file.subject).some((entry) => isAbout(entry, file.file, file.text, mutant))) return { fate: 'equivalent', by, because: '' }
    const [error] = typeErrors(file.path, text)
    return error === undefined ? { fate, by, because } : { fate: 'unusable', by, because: error }
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error
    return { fate: 'unusable', by: undefined, because: error.message }
  }
}

/** What runs only when a file is loaded may make a difference to whoever uses anything of the file, and to who only looks at what it exports. */
function testsFor({ tests, regions }: Survey, { path, subject }: RoomFile, { start, end }: Mutant): Surveyed[] {
  const inFile = regions.get(path) ?? []
  const around = regionAround(inFile, start, end)
  if (around !== undefined) return tests.filter((test) => test.regions.has(around.number))
  return tests.filter((test) => test.file.startsWith(`${subject.folder}/`) || inFile.some(({ number }) => test.regions.has(number)))
}

function fateOf(outcome: Outcome): { readonly fate: Fate; readonly by: string | undefined; readonly because: string } {
  // A test that cannot say has failed, too.
  const failed = outcome.checks.find(({ state }) => state !== 'passed')
  if (failed !== undefined) return { fate: 'killed', by: failed.name, because: '' }
  const { verdict, by, because } = verdictOf(outcome)
  if (verdict === 'accepted') return { fate: 'survived', by, because }
  // Its tests take many times what they take without it: nobody would wait for them.
  return { fate: verdict === 'rejected' || outcome.end.kind === 'given up' ? 'unusable' : 'unknown', by, because }
}

/** A process that judges. */
class Court {
  #jobs = 0

  constructor(
    readonly process: JudgeProcess,
    private readonly engine: string,
  ) {}

  /** Runs tests until the first that fails. That one is run again without the mutant: if it still fails, the process is not what it was, and all is done again in a new one. */
  async verify(tests: readonly Surveyed[], replaced: SuiteWork['replaced']): Promise<Outcome> {
    const outcome = await this.run(tests, replaced)
    const failed = outcome.checks.find(({ state }) => state !== 'passed')
    if (failed === undefined || outcome.end.kind !== 'over') return outcome
    const again = await this.run(tests.filter(({ name }) => name === failed.name), {})
    if (again.end.kind === 'over' && again.checks.every(({ state }) => state === 'passed')) return outcome
    this.end()
    return this.run(tests, replaced)
  }

  run(tests: readonly Surveyed[], replaced: SuiteWork['replaced']): Promise<Outcome> {
    const files: Record<string, string[]> = {}
    for (const { name, file } of tests) (files[file] ??= []).push(name)
    const times = Object.fromEntries(tests.map(({ name, cost }) => [name, 3_000 + 10 * cost]))
    return this.load({ modules: this.engine, replaced, tests: files }, { first: tests.map(({ name }) => name), until: 'the first broken', times })
  }

  survey(file: string, replaced: SuiteWork['replaced'], reached: string): Promise<Outcome> {
    return this.load({ modules: this.engine, replaced, tests: { [file]: 'all' }, reached }, { first: [], until: 'the end' })
  }

  async load(work: SuiteWork, job: Omit<Parameters<JudgeProcess['run']>[0], 'module'>): Promise<Outcome> {
    const module = join(this.process.folder, `${this.#jobs++}.mjs`)
    writeFileSync(module, `import { loadSuite } from ${JSON.stringify(pathToFileURL(builtFile('engine-loader')).href)}\nawait loadSuite(${JSON.stringify(work)})\n`)
    return this.process.run({ module, ...job })
  }

  end(): void {
    this.process.end()
  }
}

/** Runs every test once, with files that say which of their regions are reached. */
async function surveyOf(courts: readonly Court[], files: readonly string[], suite: readonly string[]): Promise<Survey> {
  const regions = new Map<string, readonly Region[]>()
  const replaced: Record<string, string> = {}
  let first = 0
  for (const file of files) {
    const found = withRegions(sourceText(file), first)
    first += found.regions.length
    regions.set(file, found.regions)
    replaced[file] = await compileModule(file, found.text)
  }
  const tests: Surveyed[] = []
  await shared(courts, suite, async (court, file) => {
    const notes = join(court.process.folder, `${file.replaceAll('/', '-')}.jsonl`)
    const outcome = await court.survey(file, replaced, notes)
    const { verdict, by = '', because } = verdictOf(outcome)
    if (verdict !== 'accepted') throw new Error(`${file} is ${verdict} without a mutant. ${by} ${because}`)
    const costs = new Map(outcome.checks.map(({ name, spent }) => [name, spent]))
    for (const line of readFileSync(notes, 'utf8').trim().split('\n')) {
      const { test: name, regions: reached } = JSON.parse(line) as Reached
      tests.push({ name, file, cost: costs.get(name) ?? 0, regions: new Set(reached) })
    }
  })
  return { tests, regions }
}

async function shared<Item>(courts: readonly Court[], items: readonly Item[], work: (court: Court, item: Item) => Promise<void>): Promise<void> {
  const queue = [...items]
  await Promise.all(
    courts.map(async (court) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(court, item)
    }),
  )
}

/** @returns the room of that name. */
export function findRoom(name: string): Room | undefined {
  return rooms.find((room) => room.name === name)
}
