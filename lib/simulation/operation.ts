import { makeError, type ErrorDescription } from './errors.js'
import { hashText, mix, type Hash } from './hash.js'
import type { Node } from './node.js'
import type { Alternative, Result } from './step.js'

/** What code asks for when it calls `store.commit(…)`, `send(…)` and the like. */
export interface EffectRequest<T> {
  readonly kind: string
  /** For people: `store.commit(orders c1)` */
  readonly label: string
  /** Of the request's content, without who asks. */
  readonly hash: Hash
  /** What is asked for, as plain data: the store's, the broker's or the network's own kind of request. It says nothing of how it is simulated. */
  readonly request: unknown
  /** The workshop's own step (settling a message after the handler), not one that the attendee's code asked for. */
  readonly own?: boolean
  /** The last thing that its task does: whatever comes of it, nothing else follows. */
  readonly endsTask?: boolean
  /** True for an effect that must not be left behind when the code returns: a commit or a send, but not a read that lost a race. */
  readonly mustFinish: boolean
  /** Virtual time in milliseconds at which waiting ends. */
  readonly deadline?: number
  /** What may happen to it now, where it is simulated. */
  readonly alternatives: (operation: Operation, offer: (alternative: Alternative) => void) => void
  /** Makes a fresh result for the code from the recorded one, or from what a real store or broker said. */
  readonly decode: (value: unknown) => T
  /** Throws when an object was changed after it had been handed over. */
  readonly verify?: () => void
}

/** The process that waits for an operation, as whoever performs the operation sees it. */
export interface Incarnation {
  readonly node: Node
  /** The place among all processes of the system: the same for all incarnations. */
  readonly slot: number
  /** 1 for the first instance of a node. */
  readonly instance: number
  readonly incarnation: number
  /** How many tasks it has begun: names the next one within the process. */
  readonly begun: number
  readonly tasks: { readonly length: number }
  /** All processes, by slot. */
  readonly host: { readonly processes: readonly Incarnation[] }
  /** True when this is all that the process waits for, and all that it can do, so that its own steps have an order. */
  waitsOnlyFor(operation: Operation): boolean
  /** Of what a process waits for by the clock, nothing overtakes what is due before it; timers due together fire in the order in which they were set. */
  isNextDue(operation: Operation): boolean
  take(sequence: number): Operation | undefined
}

/** The task whose code has asked for an operation. */
export interface Asker {
  readonly process: Incarnation
  readonly hash: Hash
  readonly seed: Hash
  readonly label: string
  readonly ended: boolean
  metFault: boolean
  /** Its code is about to run. */
  enter(): void
  /** The last of its code has run. */
  end(): void
}

/** An effect that waits for the scheduler. */
export class Operation {
  /** What the code that has asked gets. */
  readonly promise: OperationPromise<unknown>
  parked = true
  /** Where in the code it was asked for, when that is watched. Its stack becomes a text only when somebody reads it. */
  origin: Error | undefined
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void

  constructor(
    readonly task: Asker,
    readonly effect: EffectRequest<unknown>,
    /** The place in the history of the process. */
    readonly sequence: number,
    /** The place among what its task issued. */
    readonly number: number,
  ) {
    this.promise = new OperationPromise(capture)
    this.#resolve = lastResolve
    this.#reject = lastReject
  }

  get process(): Incarnation {
    return this.task.process
  }

  get deadline(): number | undefined {
    return this.effect.deadline
  }

  /** Tells this operation from all others, whichever instance it runs on. */
  get identity(): Hash {
    return mix(mix(this.task.hash, this.number), this.effect.hash)
  }

  get seed(): Hash {
    return mix(mix(this.task.seed, this.number), 7)
  }

  settle(result: Result): void {
    this.parked = false
    if (result.ok) {
      this.#resolve(this.effect.decode(result.value))
    } else {
      if (result.injected === true) this.task.metFault = true
      this.#reject(makeError(result.error))
    }
  }
}

/** True when the process can do nothing before this: an endpoint that handles two messages at a time may receive another one first, and crash with both. */
export function nothingComesBefore(operation: Operation): boolean {
  return operation.process.node.definition.concurrency === 1 && operation.process.waitsOnlyFor(operation)
}

export function success(value: unknown, hash: Hash): Result {
  return { ok: true, value, hash }
}

/** Code can read the name of an error, and its message. */
export function failure(error: ErrorDescription): Result {
  return { ok: false, error, hash: hashError(error) }
}

/** An error that is a fault of the budget, not a consequence of what the code or anybody else did. */
export function injected(error: ErrorDescription): Result {
  return { ok: false, error, hash: hashError(error), injected: true }
}

function hashError({ name, message }: ErrorDescription): Hash {
  return mix(hashText(name), hashText(message))
}

/** The promise of a dead process: it never settles. */
export function silence<T>(): Promise<T> {
  return new Promise<T>(() => undefined)
}

/**
 * A promise that knows whether anybody waits for it: `await`, `then`, `Promise.all` and the like all read `constructor` first (ECMAScript,
 * PromiseResolve and SpeciesConstructor). It names `Promise` there, so `await` takes it as it is and makes no promise around it, and whatever is
 * derived from it is an ordinary promise.
 */
class OperationPromise<T> extends Promise<T> {
  #observed = false

  /** Somebody awaits the result, or has attached a `then`. */
  get observed(): boolean {
    return this.#observed
  }

  static {
    Reflect.defineProperty(this.prototype, 'constructor', {
      configurable: true,
      get(this: OperationPromise<unknown>): PromiseConstructor {
        this.#observed = true
        return Promise
      },
    })
  }
}

/** One executor for all promises: a closure for each would cost more than the promise. */
let lastResolve: (value: unknown) => void
let lastReject: (error: unknown) => void
const capture = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  lastResolve = resolve
  lastReject = reject
}
