import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exerciseFolder, solutionFolder, type Exercise } from './exercises.js'

export interface ChangedFile {
  /** Relative to the exercise's folder. */
  readonly file: string
  /** `missing`: the attendee's file is not there, or cannot be read. */
  readonly kind: 'changed' | 'missing'
}

/** The files that an attendee may edit: those of the pristine starter, also when they are not TypeScript. */
export function editedFiles(exercise: Exercise): readonly string[] {
  try {
    return readdirSync(join(solutionFolder(exercise), 'starter')).sort()
  } catch {
    return []
  }
}

/** Which of the files that an attendee edits differ from how they were handed out. */
export function changedFiles(exercise: Exercise): readonly ChangedFile[] {
  return editedFiles(exercise).flatMap((file): ChangedFile[] => {
    const own = contentOf(join(exerciseFolder(exercise), file))
    if (own === undefined) return [{ file, kind: 'missing' }]
    return own === contentOf(join(solutionFolder(exercise), 'starter', file)) ? [] : [{ file, kind: 'changed' }]
  })
}

/**
 * A file's text with `\n` at the end of each line, and without the mark that some editors on Windows put first: git may have checked it out otherwise.
 * Undefined when it cannot be read.
 */
export function contentOf(file: string): string | undefined {
  try {
    return withPlainLines(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** See `contentOf`. */
export function withPlainLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
}
