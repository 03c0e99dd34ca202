import { MisuseError } from './errors.js'
import { add, mix, type Hash } from './hash.js'
import type { Operation } from './operation.js'
import { fractionBy, seedBy, type Chance } from './chance.js'
import { clockChoices } from './clocks.js'
import { Crash } from './crash.js'
import { Decide } from './decide.js'
import { LongStall, LongStalls } from './long-stall.js'
import { Process } from './process.js'
import { Task, type Host } from './task.js'
import type { Alternative, Impact, Reference, TaskStart } from './step.js'
import type { Latitude, World } from './world.js'

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
  /** True while processes start, before the first step. */
  #starting = true
  /** How often code has drawn a random value. */
  draws = 0
  /** True when the code that ran in the last step has looked at the clock, or asked for something by it. */
  mindsTime = false
  /** What handlers and routes threw, in order. */
  readonly thrown: { readonly task: Task; readonly error: unknown }[] = []
  /** The process whose code ran last. */
  lastSlot = 0
  /** Whom the last step concerned: a process, or everybody; nobody, when a process has only come to know something. */
  concerned: number | 'all' | 'nobody' = 'all'

  /** Of the alternatives that were asked for last, how many need no fault: they come first. */
  regular = 0
  /** True when some process may have come to rest in the last step: no other can be blank that was not so before. */
  cameToRest = true
  #resting = true
  readonly #offered = new Offered()
  /** The marks of this moment, once they were asked for. */
  #known: readonly Hash[] | undefined

  constructor(
    readonly world: World,
    readonly careful: boolean,
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

  noteRest(): void {
    this.#resting = true
  }

  noteTime(): void {
    this.mindsTime = true
    this.world.observed.time = true
  }

  noteDraw(): void {
    this.draws += 1
  }

  seedOf(task: Task): Hash {
    return seedBy(this.#chanceFor(task), task.seed)
  }

  /** What `Math.random()` gives. */
  fraction(task: Task): number {
    return fractionBy(this.#chanceFor(task), task.random.fraction())
  }

  /** What a process draws when the system starts is always the same, and so is what is drawn outside the system. */
  #chanceFor({ process }: Task): Chance | undefined {
    return this.#starting || !process.node.definition.crashes ? undefined : this.world.chance
  }

  enter(task: Task): void {
    this.current = task
    this.lastSlot = task.process.slot
  }

  /**
   * What can happen now: first what goes on with the process that ran last, so that the first schedule is the one with the fewest
   * switches; last the faults. It is the same list whatever a search makes of it, so a choice is a place in it.
   *
   * Time: what is due later comes only when nothing else can happen, and then what is due next; but what need not wait for that (a
   * message that comes again) may overtake whatever is not due by the clock, as long as nothing is due before it.
   */
  alternatives(): Alternative[] {
    const { chance, chances } = this.world
    if (chance === undefined && chances.length > 0) return this.#allRegular(chances.map((each) => new Decide(this.world, each)))
    const unborn = this.world.latitude.clockSkew !== undefined ? this.processes.find(({ started }) => !started) : undefined
    if (unborn !== undefined) return this.#allRegular(clockChoices(this.world, unborn))
    const offered = this.#offered
    const { longestStall } = this.world.latitude
    offered.start(this.now, longestStall !== undefined)
    const { offer } = offered
    const count = this.processes.length
    for (let turn = 0; turn < count; turn++) {
      const process = this.processes[(this.lastSlot + turn) % count]
      if (process === undefined || process.pending.length === 0 || this.world.isStalled(process.slot)) continue
      offered.belongTo(process.slot)
      for (const operation of process.pending) operation.effect.alternatives(operation, offer)
    }
    offered.belongTo(undefined)
    for (const component of this.world.components) component.alternatives(this.processes, offer)
    const possible = offered.possible()
    this.regular = possible.length
    offered.addFaults(possible)
    if (longestStall !== undefined && this.world.mayMeet('stalls')) this.#offerStalls(possible, offered.whoCanGoOn(possible), longestStall)
    if (this.world.mayMeet('crashes')) {
      for (const process of this.processes) if (process.hasSomethingToLose && process.node.definition.crashes) possible.push(new Crash(this.world, process))
    }
    return possible
  }

  #allRegular(possible: Alternative[]): Alternative[] {
    this.regular = possible.length
    return possible
  }

  /** Whoever could go on may stall when everybody else waits for time: before that, a stall would be no more than being slow. */
  #offerStalls(possible: Alternative[], slots: readonly number[], longestStall: Exclude<Latitude['longestStall'], undefined>): void {
    for (const slot of slots) {
      const process = this.processes[slot]
      const longest = process === undefined ? undefined : longestStall[process.node.name]
      if (process !== undefined && longest !== undefined) possible.push(new LongStall(this.world.component('long stalls', LongStalls), process, longest))
    }
  }

  /**
   * Which of the alternatives a search needs to try here, as places in the list. `first` is enough, unless the code that runs after
   * one of them minds the time (`mindsTime`): then others might have made it later first, and `then` is to be tried, too.
   */
  needed(alternatives: readonly Alternative[]): { readonly first: readonly number[]; readonly then: readonly number[] } {
    const all = this.distinct(alternatives).filter((index) => {
      const alternative = alternatives[index]
      // A crash after a step of somebody else comes to the same as the crash before it: whoever is dead does not hear of it, and
      // whoever acts does not know. So does a crash after a step that has changed nothing but what the dead knew.
      return !(alternative instanceof Crash) || this.concerned === 'all' || this.concerned === alternative.slot
    })
    const eager = all.find((index) => alternatives[index]?.eager === true)
    const slot = eager === undefined ? undefined : alternatives[eager]?.slot
    const belongs = (index: number): boolean => {
      const alternative = alternatives[index]
      return index === eager || alternative instanceof Crash || (alternative?.fault !== undefined && alternative.slot === slot)
    }
    const isTimed = (alternative: Alternative | undefined): boolean => alternative?.fault !== undefined && alternative.due !== undefined
    // A stall moves time for everybody; and it may leave a dead letter, which somebody may move back before or afterwards.
    if (eager === undefined || ((this.world.timeMatters || this.world.observed.redrives) && all.some((index) => belongs(index) && isTimed(alternatives[index])))) return { first: all, then: [] }
    return { first: [eager, ...all.filter((index) => index !== eager && belongs(index))], then: all.filter((index) => !belongs(index)) }
  }

  /** The alternatives, as places in the list, without those that come to the same as another one. */
  distinct(alternatives: readonly Alternative[]): number[] {
    const twins = this.#twins()
    const isTwin = (slot: number | undefined): boolean => slot !== undefined && twins.has(slot)
    return [...alternatives.keys()].filter((index) => {
      const alternative = alternatives[index]
      return alternative !== undefined && alternative.redundant !== true && !isTwin(alternative.slot) && !isTwin(alternative.server)
    })
  }

  /** Instances of which another one is in the very same state: whatever they can do, the other can. */
  #twins(): ReadonlySet<number> {
    const twins = new Set<number>()
    if (this.world.nodes.every(({ slots }) => slots.length < 2)) return twins
    const marks = this.#marks()
    for (const { slots } of this.world.nodes) {
      if (slots.length < 2) continue
      const seen = new Set<Hash>()
      for (const slot of slots) {
        const mark = marks[slot] ?? 0
        if (seen.has(mark)) twins.add(slot)
        seen.add(mark)
      }
    }
    return twins
  }

  /** Makes the step's change to the world. `apply` then gives it to the processes. */
  perform(alternative: Alternative): Impact {
    const before = this.now
    this.mindsTime = false
    this.#known = undefined
    this.concerned = (alternative.fault !== undefined && alternative.ownFault !== true) || alternative.idle === true ? 'all' : (alternative.slot ?? 'all')
    const undone = alternative.undoneByCrash === true
    const impact = alternative.perform()
    if (this.now !== before || (this.concerned !== 'all' && 'slot' in impact && impact.slot !== this.concerned)) this.concerned = 'all'
    else if (undone) this.concerned = 'nobody'
    // What a process would lose in a crash begins here.
    if (impact.kind === 'boot') this.concerned = 'all'
    return impact
  }

  /** Everything is parked: processes that have nothing left to do, and nothing in memory, are as good as new. */
  settleDown(): void {
    this.#starting = false
    this.#known = undefined
    this.cameToRest = this.#resting
    if (!this.#resting) return
    this.#resting = false
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
        this.#process(impact.slot).hear(operation.sequence, impact.result.hash)
        operation.task.enter()
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
      case 'boot': {
        const process = this.#process(impact.slot)
        process.clock = impact.clock
        this.#begin(process)
        return
      }
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
    for (const mark of this.#marks()) if (mark !== 0) key = add(key, mark)
    return key
  }

  /**
   * What tells one process from another, whichever instance it is: what it has observed, what it holds, and who waits for whom. A
   * process that waits for another is told by what that one is, and the other way round, as far as such a chain goes.
   */
  #marks(): readonly Hash[] {
    if (this.#known !== undefined) return this.#known
    let marks = this.processes.map((process) => {
      const own = process.key(this.world)
      const bonds = this.world.bonds(process.slot)
      return own === 0 && bonds === 0 ? 0 : mix(own, bonds)
    })
    const ties = this.world.ties()
    for (let round = 0; round < ties.length; round++) {
      const before = marks
      const next = [...before]
      for (const { from, to, hash } of ties) {
        next[from] = add(next[from] ?? 0, mix(mix(hash, 1), before[to] ?? 0))
        next[to] = add(next[to] ?? 0, mix(mix(hash, 2), before[from] ?? 0))
      }
      marks = next
    }
    this.#known = marks
    return marks
  }

  /** What an impact will wake, as a hash: it must be the same when the step is replayed. */
  fingerprint(impact: Impact): Hash {
    if (impact.kind !== 'settle') return 0
    return this.processes[impact.slot]?.find(impact.sequence)?.effect.hash ?? 1
  }

  #boot(slot: number, incarnation: number): void {
    const place = this.world.slots[slot]
    if (place === undefined) return
    const process = new Process(place.node, slot, place.instance, incarnation, this)
    this.processes[slot] = process
    this.noteRest()
    // Where clocks run apart, a process starts when it is known what its clock shows.
    if ((this.world.latitude.clockSkew?.[place.node.name] ?? 0) === 0) this.#begin(process)
  }

  #begin(process: Process): void {
    const place = this.world.slots[process.slot]
    if (place === undefined) return
    process.started = true
    // What a factory draws depends on its place and incarnation, not on the order of starts.
    const seed = mix(mix(place.node.hash, place.instance), process.incarnation)
    this.current = new Task(process, { hash: 0, seed, label: 'start', payload: undefined })
    process.memory = place.definition.boot(process)
    if (place.definition.autostart === true) this.#start(process, process.memory as TaskStart)
  }

  #start(process: Process, start: TaskStart): void {
    const place = this.world.slots[process.slot]
    if (place === undefined) return
    const task = process.begin(start)
    this.enter(task)
    place.definition.run(task, this.world).then(
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
    operation.task.end()
  }
}

const everybody = (): boolean => true

/** Takes what can happen at a moment, one by one. It serves all moments of an execution. */
class Offered {
  #faults: Alternative[] | undefined
  #regular: Alternative[] = []
  /** Of these, what waits for time. */
  #later: Alternative[] | undefined
  /** How many of these can wait as long as there is anything else. */
  #patient = 0
  #now = 0
  /** Whose operation it is about. */
  #owner: number | undefined
  /** Whose operations the alternatives are about, when that is watched. */
  #owners: Map<Alternative, number> | undefined

  readonly offer = (alternative: Alternative): void => {
    if (alternative.fault !== undefined) {
      this.#faults ??= []
      this.#faults.push(alternative)
      return
    }
    this.#regular.push(alternative)
    if (this.#owner !== undefined) this.#owners?.set(alternative, this.#owner)
    if (alternative.canWait === true) this.#patient += 1
    if (alternative.due !== undefined && (alternative.idle === true || alternative.due > this.#now)) (this.#later ??= []).push(alternative)
  }

  start(now: number, watchOwners: boolean): void {
    this.#now = now
    this.#patient = 0
    this.#owners = watchOwners ? new Map() : undefined
    this.#regular = []
    this.#later = undefined
    this.#faults = undefined
  }

  /** What needs no fault. */
  possible(): Alternative[] {
    const later = this.#later
    return later === undefined ? this.#regular : inTime(this.#regular, new Set(later), later.length + this.#patient === this.#regular.length)
  }

  addFaults(possible: Alternative[]): void {
    if (this.#faults === undefined) return
    const later = this.#later
    for (const fault of this.#faults) possible.push(later !== undefined && fault.begin !== undefined && isSomethingDueBefore(fault, later) ? fault.begin() : fault)
  }

  /** What is offered from now on is about operations of this process. */
  belongTo(slot: number | undefined): void {
    this.#owner = slot
  }

  /** The process that alone can go on now; or, when everybody waits for time, those for whom something is due next. */
  whoCanGoOn(possible: readonly Alternative[]): readonly number[] {
    const waiting = new Set(this.#later)
    const regular = possible.filter(({ fault }) => fault === undefined)
    const now = regular.filter((alternative) => alternative.canWait !== true && !waiting.has(alternative))
    const slots = new Set((now.length > 0 ? now : regular.filter((alternative) => alternative.canWait !== true)).map((alternative) => this.#owners?.get(alternative)))
    if (now.length > 0 && slots.size > 1) return []
    return [...slots].filter((slot) => slot !== undefined)
  }
}

export function notDeterministic(difference: string): MisuseError {
  return new MisuseError('not-deterministic', {
    what: `The same schedule was run twice, and the code did not do the same: ${difference}.`,
    why: 'Something other than messages, stores and responses decides what the code does, so no failure could be replayed and no pass could be trusted. The usual causes: a variable at module level that outlives a process (in production a crash empties it, and another instance never sees it), real time, real randomness, real input or output.',
    next: 'Keep what must survive in the store. Memory that belongs to one process goes into the factory form: endpoint(name, () => { …; return handlers }).',
  })
}

/** Leaves out what is due later and cannot happen now: see `alternatives`. */
function inTime(regular: readonly Alternative[], later: ReadonlySet<Alternative>, quiet: boolean): Alternative[] {
  let next = Infinity
  let firm = Infinity
  for (const { due = 0, mayBeLate } of later) {
    next = Math.min(next, due)
    if (mayBeLate !== true) firm = Math.min(firm, due)
  }
  return regular.filter((alternative) => {
    const { idle, due = 0 } = alternative
    return !later.has(alternative) || (idle === true ? quiet && due === next : due <= firm)
  })
}

/** While it stalls, something happens by the clock that others do not wait for; a lock can wait. */
function isSomethingDueBefore({ slot, due = 0 }: Alternative, later: readonly Alternative[]): boolean {
  return later.some((other) => other.idle === true && (other.mayBeLate !== true || other.slot === undefined) && other.slot !== slot && (other.due ?? 0) < due)
}
