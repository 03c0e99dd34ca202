import { minute, partsInOrder, type Part, type Plan } from './plan.js'

/** Where a mob session stands. A value: time and keys make a new one of it, so that no test has to wait. */
export interface Session {
  readonly part: Part
  /** False during a pause, and when the time is up: then a key decides what comes next. */
  readonly running: boolean
  /** Milliseconds of this part. */
  readonly elapsed: number
  /** Milliseconds that were added to this part. */
  readonly added: number
  /** How many have driven before. */
  readonly turn: number
  /** Milliseconds at the keyboard. */
  readonly driving: number
  /** Whether it has been asked if the clock is to end. */
  readonly asking: boolean
}

export const beginning: Session = { part: 'predict', running: true, elapsed: 0, added: 0, turn: 0, driving: 0, asking: false }

/** What so many milliseconds make of it. It rings when a part's time is up and when the driver changes; it never leaves a part by itself. */
export function pass(session: Session, milliseconds: number, plan: Plan): { readonly session: Session; readonly rings: boolean } {
  if (!session.running) return { session, rings: false }
  const elapsed = session.elapsed + milliseconds
  const limit = limitOf(session, plan)
  if (elapsed >= limit) return { session: { ...session, elapsed: limit, running: false }, rings: true }
  if (session.part !== 'mob') return { session: { ...session, elapsed }, rings: false }
  const driving = session.driving + milliseconds
  const rotations = Math.floor(driving / plan.rotate) // more than one after a laptop has slept
  return { session: { ...session, elapsed, driving: driving % plan.rotate, turn: session.turn + rotations }, rings: rotations > 0 }
}

/** As `readline` gives it. A character without a name has a sequence. */
export interface Key {
  readonly name?: string | undefined
  readonly sequence?: string | undefined
  readonly ctrl?: boolean | undefined
}

/** What a key makes of it. Ctrl-C ends at once; everything else that ends asks first. */
export function press(session: Session, { name, sequence, ctrl }: Key, plan: Plan): Session | 'end' {
  if (ctrl === true) return name === 'c' || name === 'd' ? 'end' : session
  if (session.asking) return name === 'y' ? 'end' : { ...session, asking: false }
  switch (name ?? sequence) {
    case 'q':
    case 'escape':
      return { ...session, asking: true }
    case 'space':
    case 'return':
    case 'enter':
    case 'p':
      return isWork(session) && !isOver(session, plan) ? { ...session, running: !session.running } : skip(session, plan)
    case 's':
      return skip(session, plan)
    case 'n':
      return session.part === 'mob' ? { ...session, turn: session.turn + 1, driving: 0 } : session
    case '+':
      // Whoever is at the keyboard when the time is up stays there for the minute.
      return { ...session, added: session.added + minute, running: true, driving: isOver(session, plan) ? 0 : session.driving }
    default:
      return session
  }
}

/** Whether people work in this part, or talk. */
export function isWork({ part }: Session): boolean {
  return part === 'alone' || part === 'mob'
}

/** How long the part takes, in milliseconds. */
export function limitOf({ part, added }: Session, plan: Plan): number {
  return plan.times[part] + added
}

export function isOver(session: Session, plan: Plan): boolean {
  return session.elapsed >= limitOf(session, plan)
}

/** How many have been at the keyboard by now. */
export function drivenIn({ part, turn, elapsed }: Session): number {
  return part === 'mob' && elapsed > 0 ? turn + 1 : turn
}

/** The beginning of the next part that has time; after the last one, the question whether to end. */
function skip(session: Session, plan: Plan): Session {
  const part = partAfter(session.part, plan)
  return part === undefined ? { ...session, asking: true } : { ...session, part, running: true, elapsed: 0, added: 0, driving: 0, turn: drivenIn(session) }
}

export function partAfter(part: Part, plan: Plan): Part | undefined {
  return partsInOrder.slice(partsInOrder.indexOf(part) + 1).find((next) => plan.times[next] > 0)
}
