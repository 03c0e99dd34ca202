import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../exercises.js'
import { moveOver, remove } from './file-system.js'

/** What the commands remember between two calls. Git ignores it, and everything works without it. `WORKSHOP_RECORDS` names another folder: a test's own. */
export const recordsFolder = process.env['WORKSHOP_RECORDS'] ?? join(root, '.workshop')

export function writeRecord(name: string, value: unknown): void {
  writeText(name, JSON.stringify(value, undefined, 2))
}

/**
 * Writes all or nothing: whoever reads meanwhile, or after a crash, finds the old contents or the new.
 *
 * @returns the file's absolute path.
 */
export function writeText(name: string, text: string): string {
  const file = join(recordsFolder, name)
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.draft`
  try {
    writeFileSync(draft, text)
    moveOver(draft, file)
    return file
  } finally {
    remove(draft)
  }
}

/** Undefined when there is none, or when it cannot be read: then it is as if nothing had been recorded. */
export function readRecord(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(recordsFolder, name), 'utf8'))
  } catch {
    return undefined
  }
}

export function removeRecord(name: string): void {
  remove(join(recordsFolder, name))
}
