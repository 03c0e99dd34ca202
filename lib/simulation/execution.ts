import { MisuseError } from './errors.js'
import { add, mix, type Hash } from './hash.js'
import type { Operation } from './operation.js'
import { Crash } from './crash.js'
import { Process, type Host } from './process.js'
import { Task, type TaskStart } from './task.js'
import type { Alternative, Impact, Reference } from './step.js'
import type { World } from './world.js'

/**
 * One run of the system: the processes, from their start to rest. It knows what could happen now (`alternatives`), lets one thing
 * happen (`perform`, or `apply` for a step that was performed before), and tells one state from another (`key`). It chooses nothing.
 */
export class Execution implements Host {
  readonly processes: Process[] = []
  /** The task whose code is running, or ran last. */
  current: Task | undefined
  /** Set when the code under test made a mistake that ends the execution. */
  failure: unknown = undefined
  over = false
  /** What handlers and routes threw, in order. */
  readonly thrown: { readonly task: Task; readonly error: unknown }[] = []
  /** The process whose code ran last. */
  lastSlot = 0
  /** Whom the last step concerned: a process, or everybody. */
  concerned: number | 'all' = 'all'

  constructor(
    readonly world: World,
    readonly careful: boolean,
    /** False to offer every alternative, even where the order makes no difference. */
    readonly reduced: boolean,
  ) {}

  get now(): number {
    return this.world.now
  }

  /** Starts all processes. Code of the system runs in here. */
  boot(): void {
    for (let slot = 0; slot < this.world.slots.length; slot++) this.#boot(slot, 1)
  }

  fail(error: unknown): void {
    this.failure ??= error
  }

  noteThrown(task: Task, error: unknown): void {
    this.thrown.push({ task, error })
  }

  enter(task: Task): void {
    this.current = task
    this.lastSlot = task.process.slot
  }

  /**
   * What can happen now: first what goes on with the process that ran last, so that the first schedule is the one with the fewest
   * switches; last the faults. When nothing can happen but time, that.
   */
  alternatives(): Alternative[] {
    const regular: Alternative[] = []
    const faults: Alternative[] = []
    const idle: Alternative[] = []
    const offer = (alternative: Alternative): void => {
      if (alternative.fault !== undefined) faults.push(alternative)
      else if (alternative.idle === true) idle.push(alternative)
      else regular.push(alternative)
    }
    const count = this.processes.length
    for (let turn = 0; turn < count; turn++) {
      const process = this.processes[(this.lastSlot + turn) % count]
      if (process === undefined) continue
      for (const operation of process.pending) operation.effect.alternatives(operation, offer)
    }
    for (const component of this.world.components) component.alternatives(this.processes, offer)
    // Where code looks at the clock, whatever moves it comes before or after everything else.
    const eager = this.reduced && !this.world.observed.clock ? regular.find((alternative) => alternative.eager === true) : undefined
    const possible = eager === undefined ? faults : faults.filter((fault) => fault.slot === eager.slot)
    if (this.world.mayMeet('crashes')) {
      for (const process of this.processes) {
        if (process.busy && process.node.definition.crashes && this.#mayCrash(process)) possible.push(new Crash(this.world, process))
      }
    }
    return (eager !== undefined ? [eager] : regular.length > 0 ? regular : earliest(idle)).concat(possible)
  }

  /** Makes the step's change to the world. `apply` then gives it to the processes. */
  perform(alternative: Alternative): Impact {
    this.concerned = alternative.fault !== undefined || alternative.idle === true ? 'all' : (alternative.slot ?? 'all')
    const impact = alternative.perform()
    if (this.concerned !== 'all' && 'slot' in impact && impact.slot !== this.concerned) this.concerned = 'all'
    return impact
  }

  /**
   * A crash after a step of somebody else comes to the same as the crash before it: whoever is dead does not hear of it, and whoever
   * acts does not know. So a process needs to be tried to crash only right after a step that concerns it.
   */
  #mayCrash(process: Process): boolean {
    return !this.reduced || this.concerned === 'all' || this.concerned === process.slot
  }

  /** Everything is parked: processes that have nothing left to do, and nothing in memory, are as good as new. */
  settleDown(): void {
    for (const process of this.processes) if (process.blank) process.reset()
  }

  /**
   * Gives a step to the processes. The code that it wakes runs until everything is parked again. A process that `knows` nothing of it
   * is left out: it has been started anew since, so to speak.
   */
  apply(impact: Impact, knows: (slot: number) => boolean = everybody): void {
    switch (impact.kind) {
      case 'none':
        return
      case 'settle': {
        if (impact.ends !== undefined && knows(impact.ends.slot)) this.#end(impact.ends)
        if (!knows(impact.slot)) return
        const operation = this.#take(impact)
        const { process } = operation
        process.observe(mix(operation.sequence, impact.result.hash))
        this.enter(operation.task)
        operation.settle(impact.result)
        return
      }
      case 'start': {
        this.#start(this.#process(impact.slot), impact.start)
        return
      }
      case 'end':
        this.#end(impact)
        return
      case 'crash': {
        const dead = this.#process(impact.slot)
        dead.kill()
        this.#boot(impact.slot, dead.incarnation + 1)
        return
      }
    }
  }

  key(): Hash {
    let key = this.world.key()
    for (const process of this.processes) {
      const own = process.key(this.world.now)
      const bonds = this.world.bonds(process.slot)
      if (own !== 0 || bonds !== 0) key = add(key, mix(own, bonds))
    }
    return key
  }

  /** What an impact will wake, as a hash: it must be the same when the step is replayed. */
  fingerprint(impact: Impact): Hash {
    if (impact.kind !== 'settle') return 0
    const operation = this.processes[impact.slot]?.pending.find((candidate) => candidate.sequence === impact.sequence)
    return operation === undefined ? 1 : operation.effect.hash
  }

  #boot(slot: number, incarnation: number): void {
    const place = this.world.slots[slot]
    if (place === undefined) return
    const process = new Process(place.node, slot, place.instance, incarnation, this)
    this.processes[slot] = process
    // What a factory draws depends on its place and incarnation, not on the order of starts.
    const seed = mix(mix(place.node.hash, place.instance), process.incarnation)
    this.current = new Task(process, { hash: 0, seed, label: 'start', payload: undefined })
    process.memory = place.node.definition.boot(process)
    if (place.node.definition.autostart === true) this.#start(process, process.memory as TaskStart)
  }

  #start(process: Process, start: TaskStart): void {
    const task = process.begin(start)
    this.enter(task)
    process.node.definition.run(task).then(
      () => process.end(task),
      (error: unknown) => this.fail(error),
    )
  }

  #process(slot: number): Process {
    const process = this.processes[slot]
    if (process === undefined) throw notDeterministic(`there is no process at place ${slot}`)
    return process
  }

  #take(reference: Reference): Operation {
    const operation = this.#process(reference.slot).take(reference.sequence)
    if (operation === undefined) throw notDeterministic(`${this.#process(reference.slot).node.name} does not wait for what it waited for before`)
    return operation
  }

  #end(reference: Reference): void {
    const operation = this.#take(reference)
    operation.parked = false
    operation.process.end(operation.task)
  }
}

const everybody = (): boolean => true

export function notDeterministic(difference: string): MisuseError {
  return new MisuseError('not-deterministic', {
    what: `The same schedule was run twice, and the code did not do the same: ${difference}.`,
    why: 'Something other than messages, stores and answers decides what the code does, so no failure could be replayed and no pass could be trusted. The usual causes: a variable at module level that outlives a process (in production a crash empties it, and another instance never sees it), real time, real randomness, real input or output.',
    next: 'Keep what must survive in the store. Memory that belongs to one process goes into the factory form: endpoint(name, () => { …; return handlers }).',
  })
}

/** Of what waits for time, only what comes first. */
function earliest(idle: Alternative[]): Alternative[] {
  if (idle.length < 2) return idle
  let first = Infinity
  for (const alternative of idle) first = Math.min(first, alternative.at ?? 0)
  return idle.filter((alternative) => (alternative.at ?? 0) === first)
}
