import type { ErrorDescription } from './errors.js'
import type { Hash } from './hash.js'
import type { Action, Fact, FaultName, Json, Participant } from './trace.js'

/** What an operation came to, as plain data, so that the step can be given to a new process again. */
export type Result =
  | { readonly ok: true; readonly value: unknown; readonly hash: Hash }
  | { readonly ok: false; readonly error: ErrorDescription; readonly hash: Hash; /** The error is a fault of the budget. */ readonly injected?: true }

/** Why code runs: one message, one request, one scenario. */
export interface TaskStart {
  /** Tells the task from all others, whichever instance it runs on. Part of the history of the process. */
  readonly hash: Hash
  /** The seed of what the task draws. */
  readonly seed: Hash
  /** `SubmitOrder m1`, `POST /carts/c1/submission` */
  readonly label: string
  readonly payload: unknown
}

/**
 * What a step means for processes. It wakes at most one of them; that is why code between operations runs undisturbed. The change
 * to the world has already been made when there is an impact.
 */
export type Impact =
  | { readonly kind: 'none' }
  | { readonly kind: 'settle'; readonly slot: number; readonly sequence: number; readonly result: Result; readonly ends?: Reference }
  | { readonly kind: 'start'; readonly slot: number; readonly start: TaskStart }
  | { readonly kind: 'crash'; readonly slot: number }
  /** `clock`: by how many milliseconds the clock of the process is ahead of the true time. */
  | { readonly kind: 'boot'; readonly slot: number; readonly clock: number }
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
  readonly slot?: number | undefined
  /**
   * True when it makes no difference whether anything else happens first: nothing that another process can do has to do with it, and
   * no promise can see it. Then a search needs to try only this.
   */
  readonly eager?: boolean
  /** True when something else that can happen now comes to the same: a search needs to try only one of them. */
  readonly redundant?: boolean
  /** True for a fault that changes nothing for any other process, now or later, but what it can find in a store or a queue. */
  readonly ownFault?: boolean
  /** The message that goes back to its queue because whoever handled it has failed, as long as it does not fail too often. */
  readonly retried?: Hash | undefined
  /** True when a crash right after it leaves nothing of it behind. */
  readonly undoneByCrash?: boolean
  /** The process that takes the work, when it is another than the one whose step this is. */
  readonly server?: number
  /** When it is due, in virtual milliseconds: it never happens earlier. Left out for what does not wait for time. */
  readonly due?: number
  /** It waits for time alone: only when nothing else can happen, time moves on to what is due next. */
  readonly idle?: boolean
  /** It can wait when it is due (a message in its queue), so what is due later may come before it. */
  readonly mayBeLate?: boolean
  /** It can wait as long as there is anything else: it does not keep time from passing (somebody who stalls may wake up). */
  readonly canWait?: boolean
  /** For a stall: the same in two steps, for when something else is due before it is over. */
  readonly begin?: () => Alternative
  /** For people, and to see that a recorded schedule still fits: `orders commits orders c1`. */
  label(): string
  /** Makes the change to the world. */
  perform(): Impact
  /** The step for a story; called right after `perform`, and only for executions that are told. */
  describe(): StepDescription
  /** What of the step has to be parsed first; for whoever reads that as well. */
  contents?(): Contents
}

export type Contents = Pick<StepDescription, 'data' | 'facts'>

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

/** The labels of what can happen at one moment, no two of them equal: what else would be called the same is numbered, in its order. */
export function tellApart(alternatives: readonly Alternative[]): string[] {
  const labels = alternatives.map((alternative) => alternative.label())
  if (new Set(labels).size === labels.length) return labels
  const taken = new Set(labels)
  const met = new Set<string>()
  return labels.map((label) => {
    if (!met.has(label)) {
      met.add(label)
      return label
    }
    let number = 2
    while (taken.has(`${label} (${number})`)) number += 1
    taken.add(`${label} (${number})`)
    return `${label} (${number})`
  })
}
