import { chmodSync, copyFileSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, symlinkSync, unlinkSync, writeFileSync, type Stats } from 'node:fs'
import { join, relative } from 'node:path'
import { contentOf, editedFiles } from '../attendee-files.js'
import { ExplainedError } from '../explained-error.js'
import { exerciseFolder, root, type Exercise } from '../exercises.js'
import { moveOver, remove } from './file-system.js'
import { recordsFolder } from './folder.js'

export interface Replaced {
  /** What was written, relative to the exercise's folder. Empty when everything was like this before. */
  readonly files: readonly string[]
  /** Where what was there before is kept, relative to the root; undefined when nothing was there. */
  readonly kept: string | undefined
}

/** What was there before a command replaced it. */
export interface Backup {
  /** Absolute. */
  readonly folder: string
  /** When it was kept. */
  readonly time: Date
  /** Relative to the exercise's folder. */
  readonly files: readonly string[]
}

/**
 * Replaces an attendee's files by those of another folder. What was there before is kept first, whatever it was (a file, a link, a folder), and
 * nothing is replaced before everything is kept.
 *
 * @throws ExplainedError when something cannot be kept or written.
 */
export function replaceFiles(exercise: Exercise, source: string): Replaced {
  return exchange(exercise, source, editedFiles(exercise))
}

/** What is kept of an exercise, the newest first. */
export function listBackups(exercise: Exercise): readonly Backup[] {
  const home = homeOf(exercise)
  return foldersIn(home)
    .flatMap((name): (Backup & { readonly name: string })[] => {
      const [, day, hours, minutes, seconds, milliseconds] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})(?:-\d+)?$/.exec(name) ?? []
      if (day === undefined) return []
      const folder = join(home, name)
      const files = [...new Set(readdirSync(folder).map((file) => file.replace(/\.link$/, '')))].sort()
      return [{ name, folder, time: new Date(`${day}T${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${milliseconds ?? ''}Z`), files }]
    })
    .sort((one, other) => other.time.getTime() - one.time.getTime() || other.name.localeCompare(one.name, 'en', { numeric: true }))
}

/** Brings back what was kept. What is there now is kept first. @throws ExplainedError as `replaceFiles` does. */
export function restoreBackup(exercise: Exercise, { folder, files }: Backup): Replaced {
  return exchange(exercise, folder, files)
}

function exchange(exercise: Exercise, source: string, candidates: readonly string[]): Replaced {
  const home = exerciseFolder(exercise)
  const files = candidates.filter((file) => (entryAt(join(source, file)) ?? entryAt(linkNote(join(source, file)))) !== undefined && !isSame(join(home, file), join(source, file)))
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
        next: `Check the permissions of ${relative(root, home)} and ${relative(root, recordsFolder)}, then try again.`,
      },
      1,
    )
  }
}

function entryAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** Beside the copy of what a link leads to stands where it leads: the link itself would lead elsewhere from the folder in which things are kept. */
function linkNote(path: string): string {
  return `${path}.link`
}

/** A link is not the same as a file with the same text: writing to it would change something elsewhere. Line ends make no difference. */
function isSame(own: string, other: string): boolean {
  return entryAt(own)?.isFile() === true && entryAt(linkNote(other)) === undefined && contentOf(own) === contentOf(other)
}

function homeOf({ name }: Exercise): string {
  return join(recordsFolder, 'kept', name)
}

function foldersIn(home: string): readonly string[] {
  try {
    return readdirSync(home, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return [] // nothing was ever kept
  }
}

/** One for each time, also within the same millisecond. */
function newFolder(exercise: Exercise): string {
  const home = homeOf(exercise)
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
    writeFileSync(linkNote(to), `${readlinkSync(from)}\n`)
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
    if (linkAgain(draft, source)) {
      // it leads where it led
    } else if (entryAt(source)?.isDirectory() === true) {
      cpSync(source, draft, { recursive: true })
      remove(file) // a folder cannot be put in a file's place
    } else {
      writeFileSync(draft, readFileSync(source)) // not its permissions: what was kept may have been read-only
    }
    if (entryAt(file)?.isFile() === true) chmodSync(file, 0o666) // Windows does not replace what is read-only
    moveOver(draft, file)
  } finally {
    remove(draft)
  }
}

/** Where links need a privilege, as on Windows, what the link led to has to do. */
function linkAgain(draft: string, source: string): boolean {
  const target = contentOf(linkNote(source))?.replace(/\n$/, '')
  if (target === undefined) return false
  try {
    symlinkSync(target, draft)
    return true
  } catch (error) {
    if (entryAt(source) === undefined) throw error
    return false
  }
}
