import type { FaultName, ParticipantKind } from '../simulation/index.js'
import type { Ask, Done, How } from './protocol.js'

/** An operation of a process, at the moment when it could happen. */
export interface Moment {
  /** The place among all processes of the system; 0 is the scenario. */
  readonly slot: number
  /** The name of the node, and which of its instances it is, from 1. */
  readonly name: string
  readonly instance: number
  /** Of how many. */
  readonly instances: number
  readonly kind: ParticipantKind
  /** False for what lies outside the system. */
  readonly mortal: boolean
  readonly incarnation: number
  readonly ask: Ask
  /** Of a request to a third party: the days that it may have, the good one first. */
  readonly outcomes: readonly { readonly label: string; readonly fault: FaultName | undefined; readonly note: string }[]
}

export interface Go {
  readonly kind: 'go'
  readonly how: How
  /** Of a request to a third party: which of its days it has; see `ResponderOutcome`. Left out for the good one. */
  readonly outcome?: string
  /** Of a message that is sent: a queue that gets a copy, and whether it comes late; or the conductor keeps it for later. */
  readonly copy?: { readonly queue: string; readonly late: boolean; readonly kept?: boolean }
  /** Of a message that is sent: it comes late. */
  readonly late?: boolean
  /** Of what is received: what random values are drawn by. */
  readonly seed?: number
}

/** The process dies here. */
export interface Kill {
  readonly kind: 'kill'
}

export const plainly: Go = { kind: 'go', how: 'plain' }

/**
 * Decides what happens when: whether an operation may happen yet, how it goes, and who dies. A trial asks it about every operation of every process.
 * What it makes wait, waits; so it can enforce any order.
 */
export interface Conductor {
  /** An operation could happen. */
  before(moment: Moment): Promise<Go | Kill> | Go | Kill
  /** It has happened; the code does not know yet. `kill soon`: when it knows, and runs on. */
  after(moment: Moment, done: Done): Promise<'on' | 'kill' | 'kill soon'> | 'on' | 'kill' | 'kill soon'
  /** The trial begins. */
  begin?(control: Control): void
  /** True as long as it has something in mind, though nothing waits for its leave. */
  expects?(): boolean
  /**
   * Nothing can happen any more but what waits for time, or for the conductor.
   *
   * @param due whether something waits for time.
   * @returns true when the conductor has seen to it that something happens; else time passes.
   */
  stalled?(due: boolean): boolean
}

/** What a conductor can do by itself. */
export interface Control {
  /** `moment`: what the process has done last, or wanted to do. */
  kill(slot: number, moment: Moment): void
  /** Puts what was sent into a queue once more. */
  copy(queue: string, moment: Moment): void
}

/** Everything as it comes, and without a fault. */
export const free: Conductor = { before: () => plainly, after: () => 'on' }
