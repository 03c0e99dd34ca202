import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { changedFiles, contentOf, editedFiles } from '../attendee-files.js'
import { builtFile } from '../built-file.js'
import { exerciseFolder, type Exercise } from '../exercises.js'
import { readRecord, writeRecord } from '../records/folder.js'
import type { TypeProblem } from './type-problem.js'

/** The check of types that goes on beside a run. */
export interface TypeCheck {
  /** What is wrong with the files; undefined when it is not known after so many milliseconds. Then the check is given up. */
  within(milliseconds: number): Promise<readonly TypeProblem[] | undefined>
}

const nothing: TypeCheck = { within: async () => [] }
const unknown: TypeCheck = { within: async () => undefined }

/**
 * Begins to check the types of an attendee's files. It costs about a second of processor time, which is as much as the run itself, so it is not begun for
 * files that are as they were handed out, nor for any that were checked before: what came of them is on record. Where nobody waits for it, it is not begun
 * either.
 *
 * @param patience how long its result will be waited for, in milliseconds.
 */
export function checkTypes(exercise: Exercise, patience: number): TypeCheck {
  const { WORKSHOP_BUILD: build } = process.env
  // Without a build there is no program to start: so it is in the workshop's own tests.
  if (build === undefined || changedFiles(exercise).every(({ kind }) => kind === 'missing')) return nothing
  const files = editedFiles(exercise).filter((file) => file.endsWith('.ts') && contentOf(join(exerciseFolder(exercise), file)) !== undefined)
  const key = keyOf(exercise, files, build)
  const known = readEntries()[exercise.name]
  if (known?.key === key) return { within: async () => known.problems }
  if (patience === 0) return unknown
  const child = spawn(process.execPath, [builtFile('type-errors'), ...files.map((file) => join(exerciseFolder(exercise), file))], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
  const ended = new Promise<readonly TypeProblem[] | undefined>((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === 0 ? (JSON.parse(output) as readonly TypeProblem[]) : undefined))
  })
  const stop = (): unknown => child.kill()
  process.once('exit', stop)
  return {
    async within(milliseconds) {
      const timer = setTimeout(stop, milliseconds)
      const problems = await ended
      clearTimeout(timer)
      process.removeListener('exit', stop)
      if (problems !== undefined) writeRecord('types.json', { ...readEntries(), [exercise.name]: { key, problems } satisfies Entry })
      return problems
    },
  }
}

interface Entry {
  readonly key: string
  readonly problems: readonly TypeProblem[]
}

function readEntries(): Record<string, Entry | undefined> {
  const record = readRecord('types.json')
  return typeof record === 'object' && record !== null ? (record as Record<string, Entry | undefined>) : {}
}

/** Of everything that the types depend on: the files, what is given beside them, and the library, whose fingerprint names its build. */
function keyOf(exercise: Exercise, files: readonly string[], build: string): string {
  const hash = createHash('sha256').update(build)
  for (const file of [...files, 'given.ts', `${exercise.name}.test.ts`]) hash.update(`\0${file}\0${contentOf(join(exerciseFolder(exercise), file)) ?? ''}`)
  return hash.digest('hex')
}
