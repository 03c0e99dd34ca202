import {
  add,
  describeDuration,
  hashText,
  mix,
  MisuseError,
  type Alternative,
  type Component,
  type Hash,
  type Holder,
  type Json,
  type MutableView,
  type Node,
  type Process,
  type World,
} from '../simulation/index.js'
import { Deliver, LockExpires, TimePasses } from './deliveries.js'
import { isLate, isLocked, Queue, type Entry, type Envelope, type Lock } from './queue.js'

/** How the broker of a check is set up. Times in milliseconds. */
export interface BrokerSettings {
  /** How long a peek-lock holds. Default 30 s, as on Amazon SQS; on Azure Service Bus it is a minute. */
  readonly lockDuration: number
  /** How late a late copy comes, and how long a delayed message takes. */
  readonly lateness: number
  /** The first retry delay of an endpoint; it doubles with each attempt. */
  readonly retryDelay: number
  /** After so many failed attempts an endpoint gives a message up and dead-letters it. */
  readonly maxDeliveries: number
}

export const defaultBrokerSettings: BrokerSettings = { lockDuration: 30_000, lateness: 60_000, retryDelay: 1_000, maxDeliveries: 5 }

/**
 * Queues with competing consumers under peek-lock. Commands go to one endpoint's queue, events to the queue of every subscriber.
 * Delivery is at least once; without faults it is in order and without copies. The model is Azure Service Bus in peek-lock mode,
 * Amazon SQS with its visibility timeout, or RabbitMQ with manual acknowledgement.
 */
export class Broker implements Component {
  settings: BrokerSettings = defaultBrokerSettings
  readonly #queues = new Map<string, Queue>()
  readonly #subscriptions = new Map<string, Set<string>>()
  readonly #consumers = new Map<string, Node>()
  #sent: readonly Json[] = []
  #sentKey: Hash = 0

  constructor(readonly world: World) {}

  /** Registers an endpoint's queue. A node without `types` receives by itself. */
  register(node: Node, types: readonly string[] | undefined): void {
    this.#queues.set(node.name, new Queue(node.name, this.world.journal))
    if (types === undefined) return
    this.#consumers.set(node.name, node)
    for (const type of types) this.subscribe(node.name, type)
  }

  subscribe(queue: string, type: string): void {
    const subscribers = this.#subscriptions.get(type) ?? new Set()
    subscribers.add(queue)
    this.#subscriptions.set(type, subscribers)
  }

  /** @throws MisuseError when there is no queue of that name. */
  queue(name: string): Queue {
    const queue = this.#queues.get(name)
    if (queue !== undefined) return queue
    throw new MisuseError('unknown-endpoint', {
      what: `A message was sent to "${name}", but there is no endpoint of that name.`,
      why: 'It would reach nobody, and nobody would notice.',
      next: `Endpoints here: ${[...this.#queues.keys()].sort().join(', ') || 'none'}. Events for whoever is interested go through publish(message), without a destination.`,
    })
  }

  subscribers(type: string): Queue[] {
    return [...(this.#subscriptions.get(type) ?? [])].sort().map((name) => this.queue(name))
  }

  enqueue(queue: Queue, message: Envelope, options: { readonly copy?: boolean; readonly delay?: number } = {}): Entry {
    if (queue.hasSeenOtherThan(message)) this.world.observed.mixedQueues.add(queue.name)
    return queue.add(message, { copy: options.copy ?? false, visibleFrom: options.delay === undefined ? 0 : this.world.now + options.delay })
  }

  /** Keeps the ledger of everything that was ever sent; part of the state only when a promise looks at it. */
  log(record: { readonly to: string; readonly id: string; readonly message: Json }): void {
    const { before, keyBefore } = { before: this.#sent, keyBefore: this.#sentKey }
    this.#sent = [...before, record]
    this.#sentKey = add(keyBefore, hashText(JSON.stringify(record)))
    this.world.journal.record(() => {
      this.#sent = before
      this.#sentKey = keyBefore
    })
  }

  /**
   * Everything that was ever sent, sorted. In which order it was sent is not part of the state, so nobody gets to know it. Copies made
   * by the network do not count.
   */
  get sent(): readonly Json[] {
    this.world.observed.ledgers.add('sent')
    return this.#sent.map((record) => JSON.stringify(record)).sort().map((text) => JSON.parse(text) as Json)
  }

  alternatives(processes: readonly Process[], offer: (alternative: Alternative) => void): void {
    const { world } = this
    for (const queue of this.#queues.values()) {
      const consumer = this.#consumers.get(queue.name)
      if (consumer !== undefined && queue.entries.length > 0) {
        for (const process of freeProcesses(consumer, processes, world.now)) {
          const eager = process.pending.length === 0 && this.#keepsOrder(queue, consumer)
          for (const [entry, outOfOrder] of this.receivable(queue)) {
            if (!outOfOrder || world.mayMeet('reorderings')) offer(new Deliver(this, queue, entry, process, outOfOrder, eager))
          }
        }
      }
      for (const entry of queue.entries) {
        if (entry.lock !== undefined) this.#offerExpiry(queue, entry, entry.lock, offer)
        else if (waits(entry, world.now)) offer(new TimePasses(world, entry.visibleFrom, `${describeDuration(entry.visibleFrom - world.now)} pass`))
      }
    }
  }

  /** What a consumer may get now, and whether that would be out of order. */
  *receivable(queue: Queue): Iterable<readonly [entry: Entry, outOfOrder: boolean]> {
    let head = true
    const seen = new Set<Hash>()
    for (const entry of queue.entries) {
      if (this.isLocked(entry) || (entry.lock === undefined && waits(entry, this.world.now))) continue
      if (entry.loose || entry.lock !== undefined) {
        const likeness = this.#likeness(entry)
        if (!seen.has(likeness)) yield [entry, false]
        seen.add(likeness)
        continue
      }
      yield [entry, !head]
      head = false
    }
  }

  /**
   * True when the only consumer of a queue can do nothing but take the messages in their order, whenever it does: then it makes no
   * difference how long it takes.
   */
  #keepsOrder(queue: Queue, consumer: Node): boolean {
    if (consumer.slots.length > 1 || consumer.definition.concurrency > 1 || this.world.observed.queues) return false
    // As long as no other message has ever been seen to come here, no message can overtake another.
    const { random, deliveries, mixedQueues } = this.world.observed
    if (!mixedQueues.has(queue.name) && !random && !deliveries) return queue.entries.every((entry) => entry.failures === 0)
    if (this.world.mayMeet('copies') || this.world.mayMeet('lateCopies') || this.world.mayMeet('reorderings')) return false
    return queue.entries.every((entry) => !entry.loose && entry.lock === undefined)
  }

  isLocked(entry: Entry): boolean {
    return isLocked(entry, (holder) => this.world.isAlive(holder))
  }

  /** Of loose messages that nobody can tell apart, one needs to be tried. */
  #likeness(entry: Entry): Hash {
    const { random, deliveries, clock } = this.world.observed
    let hash = mix(entry.envelope.hash, entry.failures)
    if (random || deliveries) hash = mix(mix(hash, entry.deliveryCount), entry.arrival)
    return clock ? mix(hash, entry.lock?.until ?? entry.visibleFrom) : hash
  }

  #offerExpiry(queue: Queue, entry: Entry, lock: Lock, offer: (alternative: Alternative) => void): void {
    if (!this.isLocked(entry)) return
    offer(new LockExpires(this, queue, entry, lock, 'time passes'))
    if (this.world.mayMeet('stalls')) offer(new LockExpires(this, queue, entry, lock, 'holder stalls'))
  }

  key(): Hash {
    const { world } = this
    const { clock, deliveries, random } = world.observed
    const watched = { now: world.now, clock, deliveries, arrivals: random }
    const isAlive = (holder: Holder): boolean => world.isAlive(holder)
    let key: Hash = world.observed.ledgers.has('sent') ? this.#sentKey : 0
    for (const queue of this.#queues.values()) key = mix(key, queue.key(watched, isAlive))
    return key
  }

  bonds(slot: number): Hash {
    let bonds: Hash = 0
    for (const queue of this.#queues.values()) {
      for (const entry of queue.entries) {
        if (entry.lock?.slot === slot && this.isLocked(entry)) bonds = add(bonds, mix(hashText(queue.name), this.#likeness(entry)))
      }
    }
    return bonds
  }

  view(view: MutableView): void {
    for (const queue of this.#queues.values()) view.queues.push(queue.view(this.world))
  }

  close(): void {
    // Nothing to free: queues are plain memory.
  }
}

/** Instances are interchangeable: of those that are free and remember the same, only the first needs to be tried. */
export function freeProcesses(node: Node, processes: readonly Process[], now: number): Process[] {
  const free: Process[] = []
  const seen = new Set<Hash>()
  for (const slot of node.slots) {
    const process = processes[slot]
    if (process === undefined || process.tasks.length >= node.definition.concurrency) continue
    const key = process.key(now)
    if (seen.has(key)) continue
    seen.add(key)
    free.push(process)
  }
  return free
}

/** Delayed delivery: nobody receives it before its time. */
function waits(entry: Entry, now: number): boolean {
  return entry.visibleFrom > now && (!entry.loose || isLate(entry))
}
