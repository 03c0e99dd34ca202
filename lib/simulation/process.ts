import { mix, type Hash } from './hash.js'
import type { Node } from './node.js'
import type { Operation } from './operation.js'
import type { TaskStart } from './step.js'
import { Task, type Home, type Host } from './task.js'

/**
 * A process is one incarnation of one instance of a node: it lives until it crashes. What it will do next is fully determined by
 * what it has observed since it started, in the order in which it observed it. That history, as a hash, stands for its memory.
 */
export class Process implements Home {
  alive = true
  readonly tasks: Task[] = []
  readonly pending: Operation[] = []
  /** What the node keeps in this process's memory: the handlers that a factory returned, for example. */
  memory: unknown = undefined
  /** False until it is known what its clock shows: see `clocks.ts`. */
  started = false
  /** By how many milliseconds its clock is ahead of the true time. */
  clock = 0
  #operations = 0
  #starts = 0
  #history: Hash = 0
  /** Sequences and results that are not yet in the history: whether anybody ever asks for it, nobody knows. */
  readonly #unmixed: number[] = []
  #length = 0

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

  /** True when a crash would lose something: work, what failed work has left under way, or memory. */
  get hasSomethingToLose(): boolean {
    return this.tasks.length > 0 || this.pending.length > 0 || (this.node.keepsMemory && this.history !== 0)
  }

  /** How many tasks it has begun: names the next one within the process. */
  get begun(): number {
    return this.#starts
  }

  /** True when it is as good as new: it has nothing to do, and nothing in memory. */
  get blank(): boolean {
    return this.tasks.length === 0 && this.pending.length === 0 && !this.node.keepsMemory && this.node.definition.autostart !== true
  }

  /** What this process has observed; 0 when it has nothing in memory. */
  get history(): Hash {
    for (let index = 0; index < this.#length; index += 2) this.#history = mix(this.#history, mix(this.#unmixed[index] ?? 0, this.#unmixed[index + 1] ?? 0))
    this.#length = 0
    return this.#history
  }

  observe(what: Hash): void {
    this.#history = mix(this.history, what)
  }

  /** Observes what an operation has come to. */
  hear(sequence: number, result: Hash): void {
    this.#unmixed[this.#length] = sequence
    this.#unmixed[this.#length + 1] = result
    this.#length += 2
  }

  park(operation: Operation): void {
    this.pending.push(operation)
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
    const index = this.tasks.lastIndexOf(task)
    if (index >= 0 && index === this.tasks.length - 1) this.tasks.pop()
    else if (index >= 0) this.tasks.splice(index, 1)
    if (this.tasks.length === 0) this.host.noteRest()
  }

  /** Forgets what a blank process has observed: nothing of it is left. */
  reset(): void {
    this.#history = 0
    this.#length = 0
    this.#operations = 0
    this.#starts = 0
  }

  /** True when this is all that the process waits for, and all that it can do, so that its own steps have an order. */
  waitsOnlyFor(operation: Operation): boolean {
    return this.pending.length === 1 && this.pending[0] === operation && this.tasks.length === 1 && !operation.task.ended
  }

  /** Of what a process waits for by the clock, nothing overtakes what is due before it; timers due together fire in the order in which they were set. */
  isNextDue({ deadline = 0, sequence, effect }: Operation): boolean {
    return this.pending.every((other) => other.deadline === undefined || other.deadline > deadline || (other.deadline === deadline && (effect.kind !== other.effect.kind || other.sequence >= sequence)))
  }

  /** What it waits for under that number. */
  find(sequence: number): Operation | undefined {
    const first = this.pending[0]
    return first?.sequence === sequence ? first : this.pending.find((operation) => operation.sequence === sequence)
  }

  take(sequence: number): Operation | undefined {
    const { pending } = this
    if (pending.length === 1 && pending[0]?.sequence === sequence) {
      if (this.tasks.length === 0) this.host.noteRest()
      return pending.pop()
    }
    const index = pending.findIndex((operation) => operation.sequence === sequence)
    return index < 0 ? undefined : pending.splice(index, 1)[0]
  }

  /** A crash is silence: nothing that waits is ever answered, so no `catch` and no `finally` runs. */
  kill(): void {
    this.alive = false
    this.pending.length = 0
    this.tasks.length = 0
  }

  /**
   * The step after which nothing is left of what the process has observed: its only work has come to its end, and settles its message or
   * responds to its request.
   */
  #lastStep(): Operation | undefined {
    const [task] = this.tasks
    const [operation] = this.pending
    if (task?.returned !== true || operation?.effect.endsTask !== true || operation.task !== task) return undefined
    return this.tasks.length === 1 && this.pending.length === 1 && !this.node.keepsMemory ? operation : undefined
  }

  /** It has done what it was started for, and keeps nothing in memory. */
  get #isDone(): boolean {
    return this.tasks.length === 0 && this.pending.length === 0 && !this.node.keepsMemory
  }

  /** This process's share of the key of the system's state. */
  key(clock: Clock): Hash {
    if (!this.started) return mix(this.node.hash, 6)
    const key = this.#ownKey(clock)
    return this.clock === 0 ? key : mix(mix(this.node.hash, key), this.clock)
  }

  #ownKey(clock: Clock): Hash {
    if (this.blank) return 0
    if (this.#isDone) return mix(this.node.hash, 4)
    const last = this.#lastStep()
    if (last !== undefined) return mix(mix(this.node.hash, last.task.hash), mix(last.effect.hash, last.task.metFault ? 9 : 8))
    let hash = mix(mix(this.node.hash, this.history), this.tasks.length)
    for (const operation of this.pending) {
      if (operation.deadline !== undefined) hash = mix(hash, mix(operation.sequence, clock.timeUntil(operation.deadline)))
    }
    return hash
  }
}

/** How long until a moment, as far as that counts. */
interface Clock {
  timeUntil(due: number): number
}
