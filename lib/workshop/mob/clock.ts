import type { Plan } from './plan.js'

/** Where a mob session stands. A value: time and keys make a new one of it, so that no test has to wait. */
export interface Session {
  readonly part: Part
  /** False before a part begins, and during a pause. */
  readonly running: boolean
  /** Milliseconds of this part. */
  readonly elapsed: number
  /** How many have driven before. */
  readonly turn: number
  /** Milliseconds at the keyboard. */
  readonly driving: number
}

export type Part = 'predict' | 'alone' | 'mob' | 'discuss'

export const beginning: Session = { part: 'predict', running: false, elapsed: 0, turn: 0, driving: 0 }

/** What so many milliseconds make of it. A part that is over rings, and the next one waits until everybody is there. */
export function pass(session: Session, milliseconds: number, plan: Plan): { readonly session: Session; readonly rings: boolean } {
  if (!session.running) return { session, rings: false }
  const elapsed = session.elapsed + milliseconds
  const limit = limitOf(session, plan)
  if (limit === undefined) return { session: { ...session, elapsed }, rings: false }
  if (elapsed >= limit) return { session: skip(session, plan), rings: true }
  if (session.part !== 'mob') return { session: { ...session, elapsed }, rings: false }
  const driving = session.driving + milliseconds
  const rotations = Math.floor(driving / plan.rotate) // more than one after a laptop has slept
  return { session: { ...session, elapsed, driving: driving % plan.rotate, turn: session.turn + rotations }, rings: rotations > 0 }
}

export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
}

/** What a key makes of it. */
export function press(session: Session, { name, ctrl }: Key, plan: Plan): Session | 'end' {
  if (ctrl === true) return name === 'c' || name === 'd' ? 'end' : session
  switch (name) {
    case 'q':
    case 'escape':
      return 'end'
    case 'space':
    case 'return':
    case 'enter':
    case 'p':
      if (session.part === 'predict') return { ...skip(session, plan), running: true }
      return session.part === 'discuss' ? session : { ...session, running: !session.running }
    case 's':
      return skip(session, plan)
    case 'n':
      return session.part === 'mob' ? { ...session, turn: session.turn + 1, driving: 0 } : session
    default:
      return session
  }
}

/** How long a part takes, in milliseconds; undefined where people decide. */
export function limitOf({ part }: Session, plan: Plan): number | undefined {
  return part === 'alone' ? plan.alone : part === 'mob' ? plan.mob : undefined
}

/** The beginning of the next part that has time. */
function skip(session: Session, plan: Plan): Session {
  const part = ({ predict: 'alone', alone: 'mob', mob: 'discuss', discuss: 'discuss' } as const)[session.part]
  const next: Session = { ...session, part, running: part === 'discuss', elapsed: 0, driving: 0 }
  return limitOf(next, plan) === 0 ? skip(next, plan) : next
}
