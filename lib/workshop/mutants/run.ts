import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { attendeeFiles, listSubmissions, readHeader, solutionFolder, type Exercise } from '../exercises.js'
import { compileChecks, NotCompiled } from '../judging/compile.js'
import { limits, type JudgeProcess, type Outcome } from '../judging/job.js'
import type { Bench } from '../judging/judge-all.js'
import { verdictOf } from '../judging/verdict.js'
import { equivalentMutants, isAbout, orphansAmong, type EquivalentMutant } from './equivalent.js'
import { mutantsOf, mutated, type Mutant } from './mutants.js'
import type { Fate, JudgedMutant, MutatedFile, Subject } from './subject.js'

export interface AnswerFile extends MutatedFile {
  readonly exercise: Exercise
  readonly path: string
  /** The edited file that it stands in for. */
  readonly replaces: string
}

export function subjectOf({ name, folder }: Exercise): Subject {
  return { name, folder: `solutions/${folder}` }
}

/** The solution and the second solutions of an exercise, each with its mutants. */
export function mutatedFiles(exercise: Exercise): readonly AnswerFile[] {
  const home = solutionFolder(exercise)
  const [main = ''] = attendeeFiles(exercise)
  return [...attendeeFiles(exercise), ...listSubmissions(exercise, 'second-solutions').map((file) => `second-solutions/${file}`)].map((file) => {
    const path = join(home, ...file.split('/'))
    const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
    return { subject: subjectOf(exercise), exercise, file, path, text, replaces: file.includes('/') ? (readHeader(path).replaces ?? main) : file, mutants: mutantsOf(text) }
  })
}

/** Entries that are about no mutant: what they were written for has changed. */
export function orphans(exercise: Exercise): readonly EquivalentMutant[] {
  return orphansAmong(subjectOf(exercise), mutatedFiles(exercise))
}

/**
 * Judges mutants of one file by the checks of its exercise, each until the first that breaks.
 *
 * @param whole `first`: the file itself is judged as well, which shows what the checks take, and then those come first that take the least. It does not
 * pay for a few mutants.
 * @throws Error when the file itself does not pass.
 */
export async function judgeMutants(bench: Bench, file: AnswerFile, mutants: readonly Mutant[], whole: 'first' | 'not at all', onJudged: (judged: JudgedMutant) => void): Promise<void> {
  if (mutants.length === 0) return
  const court = bench.process(limits)
  try {
    const first = whole === 'first' ? await cheapestFirst(court, file) : []
    const equivalent = equivalentMutants(file.subject)
    for (const [index, mutant] of mutants.entries()) {
      const judged = await judge(court, file, mutant, index, first)
      const listed = judged.fate === 'survived' && equivalent.some((entry) => isAbout(entry, file.file, file.text, mutant))
      onJudged({ of: file, mutant, ...judged, ...(listed ? { fate: 'equivalent' } : {}) })
    }
  } finally {
    court.end()
  }
}

async function cheapestFirst(court: JudgeProcess, file: AnswerFile): Promise<readonly string[]> {
  const outcome = await court.run({ module: await moduleOf(court, file, file.text, 'whole'), first: [], until: 'the end' })
  const { verdict, by = '', because } = verdictOf(outcome)
  if (verdict !== 'accepted') throw new Error(`${file.exercise.name}: ${file.file} is ${verdict} itself. ${by} ${because}`)
  return [...outcome.checks].sort((a, b) => a.spent - b.spent).map(({ name }) => name)
}

async function judge(court: JudgeProcess, file: AnswerFile, mutant: Mutant, index: number, first: readonly string[]): Promise<Pick<JudgedMutant, 'fate' | 'by' | 'because'>> {
  try {
    const outcome = await court.run({ module: await moduleOf(court, file, mutated(file.text, mutant), String(index)), first, until: 'the first broken' })
    const { by, because } = verdictOf(outcome)
    return { fate: fateOf(outcome), by, because }
  } catch (error) {
    if (!(error instanceof NotCompiled)) throw error
    return { fate: 'unusable', by: undefined, because: error.message }
  }
}

function fateOf(outcome: Outcome): Fate {
  const broken = outcome.checks.find(({ state }) => state === 'broken')
  if (broken !== undefined) return broken.error === 'Misuse' ? 'unusable' : 'killed'
  const { verdict } = verdictOf(outcome)
  return verdict === 'accepted' ? 'survived' : verdict === 'unknown' ? 'unknown' : 'unusable'
}

/** Each in a file of its own: a module is loaded once. */
async function moduleOf(court: JudgeProcess, { exercise, path, replaces }: AnswerFile, text: string, name: string): Promise<string> {
  const module = join(court.folder, `${name}.mjs`)
  writeFileSync(module, await compileChecks(exercise, { files: new Map([[replaces, path]]), rest: 'solution', texts: new Map([[path, text]]) }))
  return module
}
