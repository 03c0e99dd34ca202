import { readRecord, removeRecord, writeRecord } from '../records/folder.js'
import { limitOf, type Session } from './clock.js'
import { rolesAt, type Part, type Plan } from './plan.js'

/** What the mob's clock shows. */
export interface ClockNow {
  readonly exercise: string
  readonly part: Part
  readonly running: boolean
  /** Milliseconds of this part that are left. */
  readonly left: number
  /** Who is at the keyboard; only of a mob. */
  readonly driver: string | undefined
}

const record = 'mob.json'

/** The clock writes down at least so often what it shows, in milliseconds; without that for three times as long it has ended in some other way. */
export const clockBeat = 2_000

/** For `npm run room`, which runs beside the clock. */
export function showClock(session: Session, plan: Plan, now: number = Date.now()): void {
  const { part, running, elapsed, turn } = session
  const driver = part === 'mob' ? { driver: rolesAt(plan, turn).driver } : {}
  try {
    writeRecord(record, { exercise: plan.exercise.name, part, running, left: limitOf(session, plan) - elapsed, at: now, ...driver })
  } catch {
    // the clock goes on, and the room shows none
  }
}

export function hideClock(): void {
  try {
    removeRecord(record)
  } catch {
    // it will be too old in a moment
  }
}

/** What the clock on this machine shows; undefined when none runs. */
export function clockNow(now: number = Date.now(), written: unknown = readRecord(record)): ClockNow | undefined {
  const { exercise, part, running, left, at, driver } = (written ?? {}) as Partial<ClockNow> & { readonly at?: unknown }
  if (typeof exercise !== 'string' || typeof part !== 'string' || typeof running !== 'boolean' || typeof left !== 'number' || typeof at !== 'number') return undefined
  if (Math.abs(now - at) > 3 * clockBeat) return undefined
  return { exercise, part, running, left: running ? Math.max(0, left - (now - at)) : left, driver: typeof driver === 'string' ? driver : undefined }
}
