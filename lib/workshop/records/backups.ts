import { chmodSync, copyFileSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, unlinkSync, writeFileSync, type Stats } from 'node:fs'
import { join, relative } from 'node:path'
import { editedFiles } from '../attendee-files.js'
import { ExplainedError } from '../explained-error.js'
import { exerciseFolder, root, type Exercise } from '../exercises.js'
import { recordsFolder } from './folder.js'

export interface Replaced {
  /** What was written, relative to the exercise's folder. Empty when everything was like this before. */
  readonly files: readonly string[]
  /** Where what was there before is kept, relative to the root; undefined when nothing was there. */
  readonly kept: string | undefined
}

/**
 * Replaces an attendee's files by those of another folder. What was there before is kept first, whatever it was (a file, a link, a folder), and
 * nothing is replaced before everything is kept.
 *
 * @throws ExplainedError when something cannot be kept or written.
 */
export function replaceFiles(exercise: Exercise, source: string): Replaced {
  const home = exerciseFolder(exercise)
  const files = editedFiles(exercise).filter((file) => entryAt(join(source, file)) !== undefined && !isSame(join(home, file), join(source, file)))
  const present = files.filter((file) => entryAt(join(home, file)) !== undefined)
  try {
    const folder = present.length > 0 ? newFolder(exercise) : undefined
    if (folder !== undefined) for (const file of present) keep(join(home, file), join(folder, file))
    for (const file of files) replace(join(home, file), join(source, file))
    return { files, kept: folder === undefined ? undefined : relative(root, folder) }
  } catch (error) {
    throw new ExplainedError(
      {
        what: `The files of ${exercise.name} could not be replaced: ${error instanceof Error ? error.message : String(error)}.`,
        why: 'Nothing is lost: everything is kept before anything is replaced.',
        next: `Look at the permissions of ${relative(root, home)} and ${relative(root, recordsFolder)}, then try again.`,
      },
      1,
    )
  }
}

function entryAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** A link is not the same as a file with the same text: writing to it would change something elsewhere. */
function isSame(own: string, other: string): boolean {
  return entryAt(own)?.isFile() === true && readFileSync(own).equals(readFileSync(other))
}

/** One for each time, also within the same millisecond. */
function newFolder({ name }: Exercise): string {
  const home = join(recordsFolder, 'kept', name)
  mkdirSync(home, { recursive: true })
  const time = new Date().toISOString().replace(/[:.]/g, '-').replace('Z', '')
  for (let attempt = 1; ; attempt++) {
    const folder = join(home, attempt === 1 ? time : `${time}-${attempt}`)
    if (mkdirSync(folder, { recursive: true }) !== undefined) return folder
  }
}

function keep(from: string, to: string): void {
  const entry = entryAt(from)
  if (entry?.isFile() === true) {
    copyFileSync(from, to)
    return
  }
  if (entry?.isSymbolicLink() === true) {
    writeFileSync(`${to}.link`, `${readlinkSync(from)}\n`)
    try {
      copyFileSync(from, to) // what it leads to, if that is there
    } catch {
      // a broken link leads nowhere
    }
    unlinkSync(from)
    return
  }
  renameSync(from, to)
}

function replace(file: string, source: string): void {
  const draft = `${file}.${process.pid}.draft`
  try {
    writeFileSync(draft, readFileSync(source))
    if (entryAt(file)?.isFile() === true) chmodSync(file, 0o666) // Windows does not replace what is read-only
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}
