import { hashChance, type Chance } from './chance.js'
import { HarnessError } from './errors.js'
import { add, hashText, mix, type Hash } from './hash.js'
import { Journal } from './journal.js'
import type { Node, NodeTraits } from './node.js'
import type { Process } from './process.js'
import type { Alternative } from './step.js'
import type { FaultBudget } from './faults.js'
import type { Task } from './task.js'
import type { FaultName, Json, Participant, QueueView, WorldView } from './trace.js'

/**
 * A part of the system, as a test names it: `system: () => [web, orders]`. `endpoint()`, `service()` and the third parties make
 * these; the engine knows nothing else of them.
 */
export interface NodeDefinition<Name extends string = string> extends NodeTraits<Name> {
  /** Called once for each world: registers queues, routes, databases. */
  install(world: World, node: Node): void
  /** Called for each new process: what it returns is the process's memory. */
  boot(process: Process): unknown
  /** The work of one task. Ordinary async code; ends when the promise settles. */
  run(task: Task, world: World): Promise<void>
}

/** Something that outlives processes: the stores, the broker, the network, a third party's records. */
export interface Component {
  /** What can happen to it without anybody asking: deliveries, expiring locks. */
  alternatives(processes: readonly Process[], offer: (alternative: Alternative) => void): void
  /** Its share of the key of the system's state. It is asked at every step, so it must keep, not compute, what is costly. */
  key(): Hash
  /**
   * What ties a process to it: the locks that it holds, the requests that it works on. Two processes that have observed the same are
   * not the same when only one of them still holds the lock.
   */
  bonds?(slot: number): Hash
  /** Which processes wait for which: whoever waits is not like somebody who waits for another. */
  ties?(): Iterable<Tie>
  /** True while the process stalls. */
  stalls?(slot: number): boolean
  /** True when a message that has failed so often may be given up. */
  comesToLimit?(failures: number): boolean
  /** Its share of the view that promises and `replay` get. */
  view(view: MutableView): void
  /** Frees what it holds. */
  close(): void
}

/** One process waits for another. */
export interface Tie {
  readonly from: number
  readonly to: number
  readonly hash: Hash
}

export interface MutableView {
  stores: Record<string, WorldView['stores'][string]>
  queues: QueueView[]
  ledgers: Record<string, Json>
}

/** What the time of processes may be like, by part of the system, in milliseconds. A part that is left out has right clocks, and stalls only while somebody waits for it. */
export interface Latitude {
  /** By how much the clocks of its processes may differ from the true time. */
  readonly clockSkew?: Readonly<Record<string, number | undefined>> | undefined
  /** How long its processes may stall, though neither a lock nor somebody's patience ends it. */
  readonly longestStall?: Readonly<Record<string, number | undefined>> | undefined
}

/**
 * All that outlives a process, and the clock. Every change goes through the journal, so that a search can take the world back to
 * where two executions part.
 */
export class World {
  readonly journal = new Journal()
  readonly nodes: readonly Node[]
  readonly slots: readonly { readonly node: Node; readonly instance: number; readonly definition: NodeDefinition }[]
  /** What code or promises have been seen to look at, and a scenario to do with dead letters. `failures`: whether a message may fail so often that it is given up. Only what is looked at has to be part of the state. */
  readonly observed = { clock: false, time: false, random: false, failures: false, deliveries: false, queues: false, queueOrder: false, redrives: false, ledgers: new Set<string>(), mixedQueues: new Set<string>() }
  /** True when promises are judged after every step, so that the moment of a commit counts; false when only the end is judged. */
  watchesEveryStep = true
  /** True while a promise is judged that is asked at rest only: what it sees of the moments before decides nothing. */
  asksAtRest = false
  /** How many faults of each kind an execution may meet. */
  budget: FaultBudget = {}
  /** Whether the budget still allows a fault at this point of the execution. */
  mayMeet: (fault: FaultName) => boolean = () => true
  /** The ways in which chance may come out; where there are any, an execution begins with one of them. */
  chances: readonly Chance[] = []
  #chance: Chance | undefined
  /** What the time of processes may be like. */
  latitude: Latitude = {}
  readonly #components = new Map<string, Component>()
  /** The same, in their order. */
  readonly components: Component[] = []
  readonly #incarnations: number[]
  #incarnationKey: Hash = 0
  #now = 0
  #everStalled = false

  constructor(definitions: readonly NodeDefinition[], instances: Readonly<Record<string, number>> = {}) {
    const slots: { node: Node; instance: number; definition: NodeDefinition }[] = []
    this.nodes = definitions.map((definition) => {
      const count = instances[definition.name] ?? definition.instances
      const node: Node = {
        name: definition.name,
        kind: definition.kind,
        definition,
        hash: hashText(definition.name),
        keepsMemory: definition.keepsMemory,
        slots: Array.from({ length: count }, (_, index) => slots.length + index),
      }
      for (let instance = 1; instance <= count; instance++) slots.push({ node, instance, definition })
      return node
    })
    this.slots = slots
    this.#incarnations = slots.map(() => 1)
    for (const [index, node] of this.nodes.entries()) definitions[index]?.install(this, node)
  }

  /** Virtual time: milliseconds since the execution began. */
  get now(): number {
    return this.#now
  }

  /** The one component of that name, made on first use. */
  component<T extends Component>(name: string, type: new (world: World) => T): T {
    const found = this.#components.get(name)
    if (found === undefined) {
      const made = new type(this)
      this.#components.set(name, made)
      this.components.push(made)
      return made
    }
    if (found instanceof type) return found
    throw new HarnessError({
      what: `Two different components are called "${name}".`,
      why: 'Each part of the world is found by its name.',
      next: 'Rename one of them.',
    })
  }

  node(name: string): Node | undefined {
    return this.nodes.find((node) => node.name === name)
  }

  /** How many things can be done at the same time under this name: a service and an endpoint of one name share a store. */
  workersOf(name: string): number {
    return this.nodes.reduce((sum, node) => (node.name === name ? sum + node.slots.length * node.definition.concurrency : sum), 0)
  }

  incarnation(slot: number): number {
    return this.#incarnations[slot] ?? 0
  }

  /** True while the very process that `holder` names is alive. */
  isAlive(holder: Holder): boolean {
    return this.incarnation(holder.slot) === holder.incarnation
  }

  crash(slot: number): void {
    const before = this.incarnation(slot)
    const keyBefore = this.#incarnationKey
    this.#incarnations[slot] = before + 1
    // Incarnations count only where a process draws random values at its start; see `key`.
    this.#incarnationKey = add(keyBefore, mix(this.slots[slot]?.node.hash ?? 0, before))
    this.journal.record(() => {
      this.#incarnations[slot] = before
      this.#incarnationKey = keyBefore
    })
  }

  /** What has been seen to be looked at, as a text: when it changes, states and alternatives are told apart in another way. */
  get watched(): string {
    const { clock, time, random, failures, deliveries, queues, queueOrder, redrives, ledgers, mixedQueues } = this.observed
    return `${clock} ${time} ${random} ${failures} ${deliveries} ${queues} ${queueOrder} ${redrives} ${[...ledgers].sort().join()} ${[...mixedQueues].sort().join()}`
  }

  /**
   * True when it counts how late it is: code looks at the clock, or something waits for time that cannot wait for ever (a timer, a
   * request, a delay). Otherwise every message can be received whenever it is there, and no lock runs out by itself.
   */
  get timeMatters(): boolean {
    return this.observed.clock || this.observed.time
  }

  /** True when it decides something how often a message has failed: its next retry delay, or how near it is to the retry limit. Delivery counts say the latter, too. */
  get failuresMatter(): boolean {
    const { failures, deliveries } = this.observed
    return this.timeMatters || (failures && !deliveries)
  }

  /** How long until `due`, as far as that counts; as a number that a hash takes. What is overdue keeps its order. */
  timeUntil(due: number): number {
    return this.timeMatters ? due - this.#now + 2 ** 50 : 0
  }

  /** The same for what is there from then on. */
  timeLeft(due: number): number {
    return this.timeMatters ? Math.max(0, due - this.#now) : 0
  }

  /** Moves virtual time forward to `to`; never back. */
  advance(to: number): void {
    if (to <= this.#now) return
    const before = this.#now
    this.#now = to
    this.journal.record(() => {
      this.#now = before
    })
  }

  /** How chance comes out in this execution, once that is decided. */
  get chance(): Chance | undefined {
    return this.#chance
  }

  decide(chance: Chance): void {
    const before = this.#chance
    this.#chance = chance
    this.journal.record(() => {
      this.#chance = before
    })
  }

  /** Shows processes the time that it was when a step was first performed, while they are brought back to where they were. */
  pretend(now: number): void {
    this.#now = now
  }

  /** The key of everything but the processes. */
  key(): Hash {
    let key: Hash = this.observed.clock ? mix(1, this.#now) : 0
    if (this.observed.random) key = add(key, this.#incarnationKey)
    // Before anybody draws, it is all the same; and where nobody ever does, executions meet again right after their beginning.
    if (this.#chance !== undefined) key = add(key, this.observed.random ? hashChance(this.#chance) : 1)
    for (const component of this.components) key = add(key, component.key())
    return key
  }

  bonds(slot: number): Hash {
    let bonds: Hash = 0
    for (const component of this.components) if (component.bonds !== undefined) bonds = add(bonds, component.bonds(slot))
    return bonds
  }

  ties(): Tie[] {
    const ties: Tie[] = []
    for (const component of this.components) if (component.ties !== undefined) ties.push(...component.ties())
    return ties
  }

  /** A process that stalls does nothing, and hears nothing. */
  isStalled(slot: number): boolean {
    if (!this.#everStalled) return false
    for (const component of this.components) if (component.stalls?.(slot) === true) return true
    return false
  }

  /** True when a message that has failed so often may be given up. */
  comesToLimit(failures: number): boolean {
    return this.components.some((component) => component.comesToLimit?.(failures) === true)
  }

  /** Told by a component whose `stalls` may be true from now on. */
  noteStall(): void {
    this.#everStalled = true
  }

  participant(slot: number): Participant {
    const place = this.slots[slot]
    if (place === undefined) return { name: '?', kind: 'scenario', instance: 1 }
    return { name: place.node.name, kind: place.node.kind, instance: place.instance }
  }

  view(): WorldView {
    const view: MutableView = { stores: {}, queues: [], ledgers: {} }
    for (const component of this.components) component.view(view)
    return view
  }

  close(): void {
    for (const component of this.components) component.close()
  }
}

/** A process by name rather than by reference: what the world remembers of who holds something. */
export interface Holder {
  readonly slot: number
  readonly incarnation: number
}
