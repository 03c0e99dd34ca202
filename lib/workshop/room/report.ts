import { randomUUID } from 'node:crypto'
import type { Level } from '../grading/result.js'

/** The commands that tell the room something. */
export const tellingCommands = ['test', 'hint', 'solution', 'reset'] as const

export type TellingCommand = (typeof tellingCommands)[number]

/** What a clone tells the room of one command. There is nothing else in it: a room refuses whatever has more. */
export interface Report {
  /** A report that is sent twice has the same id, and counts once. */
  readonly id: string
  /** Its place among the reports of its clone, from 1. A later one is never overtaken by an earlier one. */
  readonly number: number
  /** How long ago it happened when it was sent, in milliseconds: two clocks that differ have the same pace. */
  readonly ago: number
  readonly command: TellingCommand
  /** `exercise-07` */
  readonly exercise: string
  /** Only of `test`. */
  readonly result?: Result
}

export interface Result {
  readonly stars: Level
  readonly passed: number
  /** How many checks were run. */
  readonly total: number
  /** False when some were left out, as with `-t`. */
  readonly whole: boolean
  /** The name of the first check that fails. */
  readonly failing?: string
  /** False when the files could not be judged, as with a syntax error. What was wrong is not told: it could quote the code. */
  readonly loads: boolean
}

/** What happened, before it has an id and a number. */
export type Fact = Pick<Report, 'command' | 'exercise' | 'result'>

/** How long the name of a check may be, in characters. */
export const longestCheck = 200

/** How long the name of a person may be, in characters. */
export const longestName = 40

/** How many reports one request may have. */
export const mostReports = 50

export function newId(): string {
  return randomUUID()
}

/** @returns undefined for anything that is not exactly a report of one of these exercises. */
export function reportIn(value: unknown, exercises: ReadonlySet<string>): Report | undefined {
  const report = only(value, ['id', 'number', 'ago', 'command', 'exercise', 'result'])
  if (report === undefined) return undefined
  const { id, number, ago, command, exercise, result } = report
  if (!isId(id) || !isCount(number) || number < 1 || !isCount(ago)) return undefined
  const known = tellingCommands.find((each) => each === command)
  if (known === undefined || typeof exercise !== 'string' || !exercises.has(exercise)) return undefined
  if (known !== 'test') return result === undefined ? { id, number, ago, command: known, exercise } : undefined
  const judged = resultIn(result)
  return judged === undefined ? undefined : { id, number, ago, command: known, exercise, result: judged }
}

function resultIn(value: unknown): Result | undefined {
  const result = only(value, ['stars', 'passed', 'total', 'whole', 'failing', 'loads'])
  if (result === undefined) return undefined
  const { stars, passed, total, whole, failing, loads } = result
  const level = ([0, 1, 2, 3] as const).find((each) => each === stars)
  if (level === undefined || !isCount(passed) || !isCount(total) || passed > total || total > 1_000) return undefined
  if (typeof whole !== 'boolean' || typeof loads !== 'boolean') return undefined
  if (failing === undefined) return { stars: level, passed, total, whole, loads }
  const name = typeof failing === 'string' && failing.length <= longestCheck ? oneLine(failing) : ''
  return name === '' ? undefined : { stars: level, passed, total, whole, loads, failing: name }
}

/** @returns undefined for what nobody can be called: nothing, more than 40 characters, no text at all. */
export function nameIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 8 * longestName) return undefined
  const name = oneLine(value.normalize('NFC'))
  const characters = Array.from(name).length
  return characters === 0 || characters > longestName ? undefined : name
}

/** As `newId` makes it. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}

/** The fields of an object that has no others. */
export function only(value: unknown, fields: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.keys(value).every((field) => fields.includes(field)) ? (value as Readonly<Record<string, unknown>>) : undefined
}

/** Without characters that end a line, turn the direction of writing, or cannot be seen. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
