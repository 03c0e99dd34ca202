import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { exerciseFolder, solutionFolder, testFile, type Exercise } from '../exercises.js'
import { contentOf, editedFiles } from '../attendee-files.js'
import { levelReached, type ExerciseResult, type Level } from '../grading/result.js'
import { readRecord, writeRecord } from './folder.js'

/** How far somebody has come with an exercise. */
export interface Progress {
  /** The files are as they were handed out. */
  readonly untouched: boolean
  /** How the files as they are now were judged; undefined when nobody knows yet. */
  readonly judged: { readonly level: Level; readonly passed: number; readonly total: number } | undefined
  readonly done: boolean
}

interface Entry {
  /** Of the files that were judged, and of the tests that judged them. */
  readonly fingerprint: string
  readonly level: Level
  readonly passed: number
  readonly total: number
}

/** Remembers how a whole run of an exercise ended. A run of some of its checks says nothing about the rest. */
export function keepProgress({ exercise, checks, problems }: ExerciseResult): void {
  if (checks.some(({ state }) => state === 'skipped')) return
  const passed = checks.filter(({ state }) => state === 'passed').length
  const entry: Entry = { fingerprint: fingerprint(exercise), level: problems.length > 0 ? 0 : levelReached(checks), passed, total: checks.length + problems.length }
  writeRecord('progress.json', { ...readEntries(), [exercise.name]: entry })
}

export function progressOf(exercise: Exercise, entries: Readonly<Record<string, Entry | undefined>> = readEntries()): Progress {
  const entry = entries[exercise.name]
  const untouched = fingerprint(exercise, exerciseFolder(exercise)) === fingerprint(exercise, join(solutionFolder(exercise), 'starter'))
  if (entry?.fingerprint !== fingerprint(exercise)) return { untouched, judged: undefined, done: false }
  const { level, passed, total } = entry
  return { untouched, judged: { level, passed, total }, done: total > 0 && passed === total }
}

function readEntries(): Record<string, Entry | undefined> {
  const record = readRecord('progress.json')
  return typeof record === 'object' && record !== null ? (record as Record<string, Entry | undefined>) : {}
}

function fingerprint(exercise: Exercise, folder = exerciseFolder(exercise)): string {
  const hash = createHash('sha256')
  for (const file of editedFiles(exercise)) hash.update(`${file}\0${contentOf(join(folder, file)) ?? ''}\0`)
  hash.update(contentOf(testFile(exercise)) ?? '')
  return hash.digest('hex')
}
