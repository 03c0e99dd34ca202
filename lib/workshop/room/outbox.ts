import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordsFolder } from '../records/folder.js'
import { joinedFolder } from './joined.js'
import { mostReports, newId, type Fact, type Report } from './report.js'

/** What a clone has not told yet, one file for each report: two commands that run at once do not get in each other's way. */
const home = (): string => join(recordsFolder, joinedFolder, 'untold')

/** More reports than this are not kept; the oldest go first. */
export const mostUntold = 200

/** A report that waits, with the time at which it happened by the clock of this machine. */
interface Waiting extends Omit<Report, 'ago'> {
  readonly at: number
}

/** Writes down what has happened, before anything is sent: what is on the disk is told in the end, once. */
export function writeDown(facts: readonly Fact[], now: number = Date.now()): void {
  const folder = home()
  mkdirSync(folder, { recursive: true })
  let number = Math.max(highest(folder), lastNumber())
  for (const fact of facts) {
    for (number += 1; ; number += 1) {
      const waiting: Waiting = { ...fact, id: newId(), number, at: now }
      if (written(join(folder, nameOf(number)), JSON.stringify(waiting))) break
    }
  }
  rememberNumber(number)
  const files = filesIn(folder)
  for (const file of files.slice(0, Math.max(0, files.length - mostUntold))) rmSync(join(folder, file), { force: true })
}

/** The oldest reports that have not been told, as many as are told at once. */
export function untold(now: number = Date.now()): readonly Report[] {
  const folder = home()
  return filesIn(folder)
    .flatMap((file): Report[] => {
      const waiting = waitingIn(join(folder, file))
      if (waiting === undefined) return []
      const { at, ...report } = waiting
      return [{ ...report, ago: Math.max(0, Math.round(now - at)) }]
    })
    .slice(0, mostReports)
}

/** For when they have been told. */
export function forget(reports: readonly Report[]): void {
  for (const { number } of reports) rmSync(join(home(), nameOf(number)), { force: true })
}

/** For when another room is joined: it is no business of that one. */
export function forgetUntold(): void {
  rmSync(home(), { recursive: true, force: true })
}

function nameOf(number: number): string {
  return `${String(number).padStart(9, '0')}.json`
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => /^\d{9}\.json$/.test(file)).sort()
  } catch {
    return []
  }
}

function waitingIn(file: string): Waiting | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Waiting
  } catch {
    return undefined // another command has told it, or is about to write it
  }
}

function highest(folder: string): number {
  return Number(filesIn(folder).at(-1)?.slice(0, 9) ?? 0)
}

/** @returns false when another command has taken this number. */
function written(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

const numberFile = (): string => join(recordsFolder, joinedFolder, 'number')

function lastNumber(): number {
  try {
    return Number(readFileSync(numberFile(), 'utf8')) || 0
  } catch {
    return 0
  }
}

function rememberNumber(number: number): void {
  writeFileSync(numberFile(), String(number))
}
