import type { ErrorDescription } from './errors.js'
import type { Hash } from './hash.js'
import type { TaskStart } from './task.js'
import type { Action, Fact, FaultName, Json, Participant } from './trace.js'

/** What an operation came to, as plain data, so that the step can be given to a new process again. */
export type Result =
  | { readonly ok: true; readonly value: unknown; readonly hash: Hash }
  | { readonly ok: false; readonly error: ErrorDescription; readonly hash: Hash; /** The error is a fault of the budget. */ readonly injected?: true }

/**
 * What a step means for processes. It wakes at most one of them; that is why code between operations runs undisturbed. The change
 * to the world has already been made when there is an impact.
 */
export type Impact =
  | { readonly kind: 'none' }
  | { readonly kind: 'settle'; readonly slot: number; readonly sequence: number; readonly result: Result; readonly ends?: Reference }
  | { readonly kind: 'start'; readonly slot: number; readonly start: TaskStart }
  | { readonly kind: 'crash'; readonly slot: number }
  | { readonly kind: 'end'; readonly slot: number; readonly sequence: number }

/** An operation by name rather than by reference. */
export interface Reference {
  readonly slot: number
  readonly sequence: number
}

/**
 * One thing that can happen now. The scheduler picks one and performs it; it happens atomically.
 */
export interface Alternative {
  /** The fault that it costs. */
  readonly fault: FaultName | undefined
  /** The process that it belongs to. */
  readonly slot?: number
  /**
   * True when it makes no difference whether anything else happens first: nothing that another process can do has to do with it, and
   * no promise can see it. Then a search needs to try only this.
   */
  readonly eager?: boolean
  /** Only possible when nothing else is: time passes, and what waits for time goes on. */
  readonly idle?: boolean
  /** For idle alternatives: virtual time at which it happens, in milliseconds. The earliest go first. */
  readonly at?: number
  /** For people, and to see that a recorded schedule still fits: `orders commits orders c1`. */
  label(): string
  /** Makes the change to the world. */
  perform(): Impact
  /** The step for a story; called right after `perform`, and only for executions that are told. What costs more than a name may be a getter. */
  describe(): StepDescription
}

export interface StepDescription {
  readonly action: Action
  readonly from: Participant
  readonly to?: Participant
  readonly text: string
  readonly outcome?: string
  readonly task?: string
  readonly data?: Json
  readonly facts?: readonly Fact[]
}
