import { callSite } from './call-site.js'
import { makeError, MisuseError, type ErrorDescription } from './errors.js'
import { mix, type Hash } from './hash.js'
import type { Node } from './node.js'
import { RandomStream } from './random.js'
import type { Alternative, Result } from './step.js'
import type { World } from './world.js'

/**
 * A process is one incarnation of one instance of a node: it lives until it crashes. What it will do next is fully determined by
 * what it has observed since it started, in the order in which it observed it. That history, as a hash, stands for its memory.
 */
export class Process {
  alive = true
  /** What this process has observed; 0 when it has nothing in memory. */
  history: Hash = 0
  readonly tasks: Task[] = []
  readonly pending: Operation[] = []
  /** What the node keeps in this process's memory: the handlers that a factory returned, for example. */
  memory: unknown = undefined
  #operations = 0
  #starts = 0

  constructor(
    readonly node: Node,
    /** The place among all processes of the system: the same for all incarnations. */
    readonly slot: number,
    /** 1 for the first instance of a node. */
    readonly instance: number,
    readonly incarnation: number,
    readonly host: Host,
  ) {}

  get busy(): boolean {
    return this.tasks.length > 0
  }

  /** True when it is as good as new: it has nothing to do, and nothing in memory. */
  get blank(): boolean {
    return this.tasks.length === 0 && this.pending.length === 0 && !this.node.keepsMemory
  }

  observe(what: Hash): void {
    this.history = mix(this.history, what)
  }

  nextOperation(): number {
    this.#operations += 1
    return this.#operations
  }

  begin(start: TaskStart): Task {
    this.#starts += 1
    const task = new Task(this, start)
    this.tasks.push(task)
    this.observe(task.hash)
    return task
  }

  /** Called when the last code of a task has run. */
  end(task: Task): void {
    task.ended = true
    const index = this.tasks.indexOf(task)
    if (index >= 0) this.tasks.splice(index, 1)
  }

  /** Forgets what a blank process has observed: nothing of it is left. */
  reset(): void {
    this.history = 0
    this.#operations = 0
  }

  /** True when this is all that the process waits for, so that its own steps have an order. */
  waitsOnlyFor(operation: Operation): boolean {
    return this.pending.length === 1 && this.pending[0] === operation
  }

  take(sequence: number): Operation | undefined {
    const index = this.pending.findIndex((operation) => operation.sequence === sequence)
    return index < 0 ? undefined : this.pending.splice(index, 1)[0]
  }

  /** A crash is silence: nothing that waits is ever answered, so no `catch` and no `finally` runs. */
  kill(): void {
    this.alive = false
    this.pending.length = 0
    this.tasks.length = 0
  }

  /** This process's share of the key of the system's state. */
  key(now: number): Hash {
    if (this.blank) return 0
    let hash = mix(mix(this.node.hash, this.history), this.tasks.length)
    for (const operation of this.pending) {
      if (operation.deadline !== undefined) hash = mix(hash, mix(operation.sequence, Math.max(0, operation.deadline - now)))
    }
    return hash
  }
}

/** What a process may ask of the execution that it lives in. */
export interface Host {
  readonly now: number
  /** All processes, by slot. */
  readonly processes: readonly Process[]
  readonly over: boolean
  /** True in the executions in which hand-over of objects is watched. */
  readonly careful: boolean
  /** Ends the execution with an answer to a mistake in the code under test. */
  fail(error: unknown): void
  /** The world that the execution runs in. */
  readonly world: World
  /** Code under test has thrown something that is not a mistake in itself: a handler will be tried again, a route answers 500. */
  noteThrown(task: Task, error: unknown): void
  /** Code of the task is about to run. */
  enter(task: Task): void
}

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

/** One unit of work within a process. */
export class Task {
  ended = false
  /** Set when the attendee's function has returned; what the pipeline does afterwards is its own. */
  returned = false
  /** It was given an error that is a fault of the budget. */
  metFault = false
  readonly hash: Hash
  readonly seed: Hash
  readonly label: string
  readonly payload: unknown
  /** Everything that the task has issued, watched for results nobody waited for. */
  readonly issued: Operation[] = []
  #random: RandomStream | undefined
  #operations = 0

  constructor(
    readonly process: Process,
    start: TaskStart,
  ) {
    this.hash = start.hash
    this.seed = start.seed
    this.label = start.label
    this.payload = start.payload
  }

  get random(): RandomStream {
    this.#random ??= new RandomStream(this.seed)
    return this.#random
  }

  nextOperation(): number {
    this.#operations += 1
    return this.#operations
  }

  /**
   * Issues an effect. The code that awaits it is parked until the scheduler lets it happen.
   *
   * @throws MisuseError when the task's code has already returned.
   */
  issue<T>(effect: EffectRequest<T>): Promise<T> {
    const { host } = this.process
    if (!this.process.alive || host.over) return silence()
    if (this.returned && effect.own !== true) {
      const error = new MisuseError('work-after-return', {
        what: `${this.process.node.name}: \`${effect.label}\` was called after the code for ${this.label} had returned.`,
        why: 'Once a handler or a route has returned, its message is settled or its answer is sent. What goes on in the background is lost in a crash, and nobody tries it again.',
        next: 'Await everything before you return. Work that must outlive the answer belongs in a message.',
      })
      host.fail(error)
      throw error
    }
    return new OperationPromise<T>((resolve, reject) => {
      const sequence = this.nextOperation()
      const operation = new Operation(this, effect, this.process.nextOperation(), sequence, resolve as (value: unknown) => void, reject)
      if (host.careful) operation.origin = new Error('here')
      this.process.pending.push(operation)
      this.issued.push(operation)
    }).bind(this.issued.at(-1))
  }

  /**
   * The attendee's function has returned: everything it started must be finished, or at least waited for. When it threw, what it
   * left behind is the lesser trouble: the message comes again.
   *
   * @throws MisuseError
   */
  leave(threw: boolean): void {
    this.returned = true
    if (threw) return
    for (const operation of this.issued) {
      if (operation.effect.own === true) continue
      if (!operation.observed) throw missingAwait(this, operation)
      if (operation.parked && operation.effect.mustFinish) throw stillUnderWay(this, operation)
    }
    if (this.process.host.careful) for (const operation of this.issued) operation.effect.verify?.()
  }
}

function missingAwait(task: Task, operation: Operation): MisuseError {
  return new MisuseError('missing-await', {
    what: `${task.process.node.name}: \`${operation.effect.label}\` was called without \`await\` while handling ${task.label}${at(operation)}.`,
    why: 'Nobody waits for its result. The code goes on and returns before it is known whether it happened, and if it fails, nobody will notice.',
    next: `Write \`await\` in front of it (or return its promise).`,
  })
}

function stillUnderWay(task: Task, operation: Operation): MisuseError {
  return new MisuseError('work-after-return', {
    what: `${task.process.node.name}: \`${operation.effect.label}\` was still under way when the code for ${task.label} returned${at(operation)}.`,
    why: 'Once a handler or a route has returned, its message is settled or its answer is sent. A crash right after that loses what is still under way, and nobody tries it again.',
    next: 'Await the whole chain before you return: look for an async function that is called without `await`. Work that must outlive the answer belongs in a message.',
  })
}

/** What code asks for when it calls `store.commit(…)`, `send(…)` and the like. */
export interface EffectRequest<T> {
  readonly kind: string
  /** For people: `store.commit(orders c1)` */
  readonly label: string
  /** Of the request's content, without who asks. */
  readonly hash: Hash
  readonly request: unknown
  /** The workshop's own step (settling a message after the handler), not one that the attendee's code asked for. */
  readonly own?: boolean
  /** True for an effect that must not be left behind when the code returns: a commit or a send, but not a read that lost a race. */
  readonly mustFinish: boolean
  /** Virtual time in milliseconds at which waiting ends. */
  readonly deadline?: number
  /** What may happen to it now. */
  readonly alternatives: (operation: Operation, offer: (alternative: Alternative) => void) => void
  /** Makes a fresh result for the code from the recorded one. */
  readonly decode: (value: unknown) => T
  /** Throws when an object was changed after it had been handed over. */
  readonly verify?: () => void
}

/** An effect that waits for the scheduler. */
export class Operation {
  /** Somebody awaits the result, or has attached a `then`. */
  observed = false
  parked = true
  /** Where in the code it was asked for, when that is watched. Its stack becomes a text only when somebody reads it. */
  origin: Error | undefined

  constructor(
    readonly task: Task,
    readonly effect: EffectRequest<unknown>,
    /** The place in the history of the process. */
    readonly sequence: number,
    /** The place among what its task issued. */
    readonly number: number,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  get process(): Process {
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
    if (result.ok) return this.resolve(this.effect.decode(result.value))
    if (result.injected === true) this.task.metFault = true
    this.reject(makeError(result.error))
  }
}

export function success(value: unknown, hash: Hash): Result {
  return { ok: true, value, hash }
}

export function failure(error: ErrorDescription, hash: Hash): Result {
  return { ok: false, error, hash }
}

/** An error that is a fault of the budget, not a consequence of what the code or anybody else did. */
export function injected(error: ErrorDescription, hash: Hash): Result {
  return { ok: false, error, hash, injected: true }
}

function at(operation: Operation): string {
  const site = callSite(operation.origin)
  return site === undefined ? '' : ` (${site})`
}

function silence<T>(): Promise<T> {
  return new Promise<T>(() => undefined)
}

/** A promise that knows whether anybody waits for it. Whatever is derived from it is an ordinary promise. */
class OperationPromise<T> extends Promise<T> {
  #operation: Operation | undefined

  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  bind(operation: Operation | undefined): this {
    this.#operation = operation
    return this
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#operation !== undefined) this.#operation.observed = true
    return super.then(onFulfilled, onRejected)
  }
}
