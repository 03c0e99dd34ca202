import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { ExplainedError } from '../explained-error.js'
import { findExercise, listExercises, type Exercise } from '../exercises.js'

export interface HandedIn {
  readonly exercise: Exercise
  readonly kind: 'right' | 'wrong'
  /** `ids-in-memory.ts`, or the name of a folder. */
  readonly name: string
  readonly path: string
}

export interface Folder {
  readonly answers: readonly HandedIn[]
  /** What is there and is no answer, each in a sentence. Nothing of it was judged. */
  readonly problems: readonly string[]
}

const kinds = ['right', 'wrong'] as const

/**
 * Finds the answers in a folder: `exercise-NN/right/*.ts` and `exercise-NN/wrong/*.ts`. The folder may also be that of one exercise.
 *
 * @param wanted no others are taken; undefined for all.
 * @throws ExplainedError when there is no such folder, or no answer in it.
 */
export function readHandedIn(folder: string, wanted?: readonly Exercise[]): Folder {
  const place = resolve(process.env['INIT_CWD'] ?? process.cwd(), folder)
  const found = statSync(place, { throwIfNoEntry: false })
  if (found === undefined) throw missing(`There is no folder ${folder}.`)
  if (!found.isDirectory()) throw missing(`${folder} is not a folder.`)
  const single = kinds.some((kind) => existsSync(join(place, kind)))
  const parts = single ? [answersOf(place)] : entriesOf(place).filter((entry) => isFolder(entry, place)).map(({ name }) => answersOf(join(place, name)))
  const answers = parts.flatMap(({ answers }) => answers).filter(({ exercise }) => wanted === undefined || wanted.some(({ number }) => number === exercise.number))
  const problems = parts.flatMap(({ problems }) => problems)
  if (answers.length === 0) throw missing([`There is no answer in ${folder}.`, ...problems].join(' '))
  return { answers: answers.sort((a, b) => a.exercise.number - b.exercise.number || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0)), problems }
}

function answersOf(folder: string): Folder {
  const exercise = findExercise(basename(folder))
  const present = kinds.filter((kind) => statSync(join(folder, kind), { throwIfNoEntry: false })?.isDirectory() === true)
  if (exercise === undefined) {
    const names = listExercises().map(({ name }) => name.slice('exercise-'.length))
    return { answers: [], problems: present.length === 0 ? [] : [`${basename(folder)} is not the name of an exercise; they are exercise-${names[0] ?? ''} to exercise-${names.at(-1) ?? ''}.`] }
  }
  if (present.length === 0) return { answers: [], problems: [`${basename(folder)} has neither a folder right nor a folder wrong.`] }
  const parts = present.map((kind) => answersIn(exercise, kind, join(folder, kind)))
  return { answers: parts.flatMap(({ answers }) => answers), problems: parts.flatMap(({ problems }) => problems) }
}

function answersIn(exercise: Exercise, kind: HandedIn['kind'], folder: string): Folder {
  const answers: HandedIn[] = []
  const problems: string[] = []
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    const shown = `${exercise.name}/${kind}/${entry.name}`
    if (isFolder(entry, folder)) {
      if (entriesOf(path).some(({ name }) => extname(name) === '.ts')) answers.push({ exercise, kind, name: `${entry.name}/`, path })
      else problems.push(`${shown} is a folder without a .ts file.`)
    } else if (extname(entry.name) === '.ts') answers.push({ exercise, kind, name: entry.name, path })
    else problems.push(`${shown} is not a .ts file.`)
  }
  return { answers, problems }
}

/** In the order of their names; what begins with a dot is the system's or an editor's. */
function entriesOf(folder: string): readonly Dirent[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Also by way of a link. */
function isFolder(entry: Dirent, parent: string): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && statSync(join(parent, entry.name), { throwIfNoEntry: false })?.isDirectory() === true)
}

function missing(what: string): ExplainedError {
  return new ExplainedError({ what, why: 'So there is nothing to judge.', next: 'Name a folder with exercise-01/right/*.ts and exercise-01/wrong/*.ts in it.' })
}
