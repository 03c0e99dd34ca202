import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../exercises.js'

/** What the commands remember between two calls. Git ignores it, and everything works without it. */
export const recordsFolder = join(root, '.workshop')

/** Writes all or nothing: whoever reads meanwhile, or after a crash, finds the old contents or the new. */
export function writeRecord(name: string, value: unknown): void {
  const file = join(recordsFolder, name)
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.draft`
  try {
    writeFileSync(draft, JSON.stringify(value, undefined, 2))
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
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
