import { callSite } from './call-site.js'
import { MisuseError } from './errors.js'
import { mix, type Hash } from './hash.js'
import { Operation, silence, type Asker, type EffectRequest, type Incarnation } from './operation.js'
import { RandomStream } from './random.js'
import type { TaskStart } from './step.js'

/** What code under test may ask of the execution that it runs in. */
export interface Host {
  readonly now: number
  /** All processes, by slot. */
  readonly processes: readonly Incarnation[]
  readonly over: boolean
  /** True in the executions in which hand-over of objects is watched. */
  readonly careful: boolean
  /** Ends the execution with an answer to a mistake in the code under test. */
  fail(error: unknown): void
  /** Code under test has thrown something that is not a mistake in itself: a handler will be tried again, a route answers 500. */
  noteThrown(task: Task, error: unknown): void
  /** Code has looked at the clock, or has asked for something by it. */
  noteTime(): void
  /** Code has drawn a random value. */
  noteDraw(): void
  /** The seed of what the task draws, as chance comes out in this execution. */
  seedOf(task: Task): Hash
  /** Code of the task is about to run. */
  enter(task: Task): void
  /** A process has nothing left to do. */
  noteRest(): void
}

/** The process that a task runs in, as the task sees it. */
export interface Home extends Incarnation {
  readonly alive: boolean
  /** By how many milliseconds its clock is ahead of the true time. */
  readonly clock: number
  /** What the node keeps in this process's memory: the handlers that a factory returned, for example. */
  readonly memory: unknown
  readonly host: Host
  observe(what: Hash): void
  /** Keeps an operation until what was asked for has happened. */
  park(operation: Operation): void
  nextOperation(): number
  end(task: Task): void
}

/** One unit of work within a process. */
export class Task implements Asker {
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
    readonly process: Home,
    start: TaskStart,
  ) {
    this.hash = start.hash
    this.seed = start.seed
    this.label = start.label
    this.payload = start.payload
  }

  /** Whoever asks draws from it: what comes of it depends on the seed, so the seed becomes part of the history. */
  get random(): RandomStream {
    this.process.host.noteDraw()
    if (this.#random === undefined) {
      this.process.observe(mix(this.seed, 5))
      this.#random = new RandomStream(this.process.host.seedOf(this))
    }
    return this.#random
  }

  nextOperation(): number {
    this.#operations += 1
    return this.#operations
  }

  enter(): void {
    this.process.host.enter(this)
  }

  end(): void {
    this.process.end(this)
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
        why: 'Once a handler or a route has returned, its message is settled or its response is sent. What goes on in the background is lost in a crash, and nobody tries it again.',
        next: 'Await everything before you return. Work that must outlive the response belongs in a message.',
      })
      host.fail(error)
      throw error
    }
    const operation = new Operation(this, effect, this.process.nextOperation(), this.nextOperation())
    if (host.careful) operation.origin = new Error('here')
    this.process.park(operation)
    if (effect.deadline !== undefined) host.noteTime()
    this.issued.push(operation)
    return operation.promise as Promise<T>
  }

  /**
   * The attendee's function has returned: everything it started must be finished, or at least waited for. When it threw, what it
   * left behind is the lesser trouble: the message comes again. But a TypeError beside something that nobody waits for comes from
   * that: what was asked for is still a promise.
   *
   * @param thrown what it threw, if it did.
   * @throws MisuseError
   */
  leave(thrown?: { readonly error: unknown }): void {
    this.returned = true
    if (thrown !== undefined) {
      const forgotten = thrown.error instanceof TypeError ? this.issued.find(({ effect, promise }) => effect.own !== true && !promise.observed) : undefined
      if (forgotten !== undefined) throw missingAwait(this, forgotten)
      return
    }
    for (const operation of this.issued) {
      if (operation.effect.own === true) continue
      if (!operation.promise.observed) throw missingAwait(this, operation)
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
    why: 'Once a handler or a route has returned, its message is settled or its response is sent. A crash right after that loses what is still under way, and nobody tries it again.',
    next: 'Await the whole chain before you return: look for an async function that is called without `await`. Work that must outlive the response belongs in a message.',
  })
}

function at(operation: Operation): string {
  const site = callSite(operation.origin)
  return site === undefined ? '' : ` (${site})`
}
