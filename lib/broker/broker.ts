import {
  add,
  describeDuration,
  hashText,
  mix,
  MisuseError,
  type Alternative,
  type Component,
  type FaultName,
  type Hash,
  type Json,
  type MutableView,
  type Node,
  type Process,
  type World,
} from '../simulation/index.js'
import { Deliver, LockExpires, TimePasses } from './deliveries.js'
import { dueOf, isLate, isLocked, likeness, Queue, type Entry, type Envelope, type Lock } from './queue.js'

/** How the broker of a check is set up. Times in milliseconds. */
export interface BrokerSettings {
  /** How long a peek-lock holds. Default 30 s, as on Amazon SQS; on Azure Service Bus it is a minute. */
  readonly lockDuration: number
  /** How late a late copy comes, and how long a delayed message takes. */
  readonly lateness: number
  /** The first retry delay of an endpoint; it doubles with each attempt. */
  readonly retryDelay: number
  /** A message that an endpoint was given so often, and has not settled, becomes a dead letter. Every delivery counts: after a crash or a lost lock, too. */
  readonly maxDeliveries: number
  /**
   * True for a broker that is never late: what waits for its time (a delayed message, a retry delay, a dead consumer's lock) can be received exactly
   * then, in order, and not ahead of something that is due before. A check that judges moments asks for it. Default false: it may come later.
   */
  readonly punctual: boolean
}

export const defaultBrokerSettings: BrokerSettings = { lockDuration: 30_000, lateness: 60_000, retryDelay: 1_000, maxDeliveries: 5, punctual: false }

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
  /** Each as JSON, sorted. */
  #sent: readonly string[] = []
  #sentKey: Hash = 0
  /** What promises were shown last. */
  #shown: { readonly of: readonly string[]; readonly messages: readonly Json[] } | undefined

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

  /** The names of all queues, each with the types of the events that come there. */
  get endpoints(): readonly { readonly endpoint: string; readonly types: readonly string[] }[] {
    return [...this.#queues.keys()].map((endpoint) => ({ endpoint, types: [...this.#subscriptions].flatMap(([type, queues]) => (queues.has(endpoint) ? [type] : [])) }))
  }

  subscribers(type: string): Queue[] {
    return [...(this.#subscriptions.get(type) ?? [])].sort().map((name) => this.queue(name))
  }

  enqueue(queue: Queue, message: Envelope, options: { readonly copy?: boolean; readonly delay?: number } = {}): Entry {
    if (queue.hasSeenOther(message)) this.world.observed.mixedQueues.add(queue.name)
    if (options.delay !== undefined || this.settings.punctual) this.world.observed.time = true
    return queue.add(message, { copy: options.copy ?? false, visibleFrom: options.delay === undefined ? 0 : this.world.now + options.delay })
  }

  /** Keeps the ledger of everything that was ever sent; part of the state only when a promise looks at it. */
  log(to: string, message: Envelope): void {
    const { before, keyBefore } = { before: this.#sent, keyBefore: this.#sentKey }
    const text = `{"to":${JSON.stringify(to)},"id":${JSON.stringify(message.id)},"message":${message.text}}`
    const place = before.findIndex((other) => other > text)
    this.#sent = before.toSpliced(place < 0 ? before.length : place, 0, text)
    this.#sentKey = add(keyBefore, hashText(text))
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
    if (this.#shown?.of !== this.#sent) this.#shown = { of: this.#sent, messages: JSON.parse(`[${this.#sent.join(',')}]`) as readonly Json[] }
    return [...this.#shown.messages]
  }

  alternatives(processes: readonly Process[], offer: (alternative: Alternative) => void): void {
    const { world } = this
    let next = Infinity
    for (const queue of this.#queues.values()) {
      const consumer = this.#consumers.get(queue.name)
      if (consumer !== undefined && queue.entries.length > 0) {
        let receivable: readonly Receivable[] | undefined
        for (const slot of consumer.slots) {
          const process = processes[slot]
          if (process === undefined || process.tasks.length >= consumer.definition.concurrency || world.isStalled(slot)) continue
          const eager = process.pending.length === 0 && this.#keepsOrder(queue, consumer)
          for (const { entry, outOfOrder, redundant } of (receivable ??= this.receivable(queue))) offer(new Deliver(this, queue, entry, process, outOfOrder, redundant, eager && !outOfOrder))
        }
      }
      for (const entry of queue.entries) {
        if (entry.lock !== undefined) this.#offerExpiry(queue, entry, entry.lock, processes[entry.lock.slot], offer)
        else if (waits(entry, world.now)) next = Math.min(next, entry.visibleFrom)
        if (this.#isEarly(entry)) next = Math.min(next, dueOf(entry))
      }
    }
    if (next < Infinity) offer(new TimePasses(world, next, `${describeDuration(next - world.now)} pass`))
  }

  /** What a consumer may get, now or when it is due. Which of two like messages it gets is seen only by who looks at the queue meanwhile. */
  receivable(queue: Queue): readonly Receivable[] {
    const receivable: Receivable[] = []
    let head = true
    const seen: Hash[] = []
    for (const entry of queue.entries) {
      if (this.isLocked(entry) || this.#isEarly(entry) || (entry.lock === undefined ? waits(entry, this.world.now) : this.isSpent(queue, entry))) continue
      if (entry.loose || entry.lock !== undefined) {
        const alike = mix(likeness(entry, this.world), this.world.timeLeft(dueOf(entry)))
        receivable.push({ entry, outOfOrder: false, redundant: !this.world.observed.queues && seen.includes(alike) })
        seen.push(alike)
      } else {
        if (head || this.world.mayMeet('reorderings')) receivable.push({ entry, outOfOrder: !head, redundant: false })
        head = false
      }
    }
    return receivable
  }

  /** Nobody gets it yet, from a broker that is never late. */
  #isEarly(entry: Entry): boolean {
    return this.settings.punctual && !this.isLocked(entry) && dueOf(entry) > this.world.now
  }

  /**
   * True when the only consumer of a queue can do nothing but take the messages in their order, whenever it does: then it makes no
   * difference how long it takes, unless time counts (the lock runs from the moment of delivery).
   */
  #keepsOrder(queue: Queue, consumer: Node): boolean {
    const { timeMatters, observed } = this.world
    // A dead letter that somebody moves back may overtake what is in the queue.
    if (observed.redrives && queue.deadLetters.length > 0) return false
    if (timeMatters || consumer.slots.length > 1 || consumer.definition.concurrency > 1 || observed.queues) return false
    // As long as two unlike messages have never been seen to come here in one execution, no message can overtake another.
    if (!observed.mixedQueues.has(queue.name) && !observed.random && !observed.deliveries) return queue.entries.every((entry) => entry.failures === 0)
    if (this.world.mayMeet('copies') || this.world.mayMeet('lateCopies') || this.world.mayMeet('reorderings')) return false
    return queue.entries.every((entry) => !entry.loose && entry.lock === undefined)
  }

  /**
   * True when it makes no difference to anybody whether a message comes now or later: it stands before or behind none that is unlike it, and no
   * promise looks.
   */
  takesUnnoticed(queue: Queue, message: Envelope): boolean {
    const { observed, timeMatters, watchesEveryStep } = this.world
    if (timeMatters || observed.random || observed.queues || (watchesEveryStep && observed.ledgers.has('sent'))) return false
    return !observed.mixedQueues.has(queue.name) && !queue.hasSeenOther(message)
  }

  /** True when it was delivered as often as the retry limit of its endpoint allows: every delivery counts, as with real brokers. */
  isSpent(queue: Queue, entry: Entry): boolean {
    return this.hasLimit(queue) && entry.deliveryCount >= this.settings.maxDeliveries
  }

  /**
   * Delivery counts belong to the state where they may come to the retry limit. A message comes again because it was abandoned, or by a
   * fault, of which there are not many.
   */
  watchLimit(queue: Queue, entry: Entry): void {
    if (this.hasLimit(queue) && this.comesToLimit(entry.failures)) this.world.observed.deliveries = true
  }

  /** True when a message that has failed so often may be given up. */
  comesToLimit(failures: number): boolean {
    const { budget } = this.world
    const byFaults = redeliveringFaults.reduce((sum, fault) => sum + (budget[fault] ?? 0), 0)
    return failures + 1 + byFaults >= this.settings.maxDeliveries
  }

  /** Whoever receives by itself gives messages up by itself. */
  hasLimit(queue: Queue): boolean {
    return this.#consumers.has(queue.name)
  }

  isLocked(entry: Entry): boolean {
    return isLocked(entry, this.world)
  }

  #offerExpiry(queue: Queue, entry: Entry, lock: Lock, holder: Process | undefined, offer: (alternative: Alternative) => void): void {
    const live = this.isLocked(entry)
    if (!live && !this.isSpent(queue, entry)) return
    // Its holder waits for another message, or for nothing: the lock may run out by itself, and then it counts how late everything is.
    if (live && !this.hasLimit(queue) && holder?.pending.every(({ effect }) => effect.kind === 'receive') === true) this.world.observed.time = true
    offer(new LockExpires(this, queue, entry, lock, 'time passes'))
    if (live && !lock.stalled && this.world.mayMeet('stalls')) offer(new LockExpires(this, queue, entry, lock, 'holder stalls'))
  }

  stalls(slot: number): boolean {
    for (const queue of this.#queues.values()) {
      for (const entry of queue.entries) if (entry.lock?.stalled === true && entry.lock.slot === slot && this.isLocked(entry)) return true
    }
    return false
  }

  key(): Hash {
    const { world } = this
    let key: Hash = world.observed.ledgers.has('sent') ? this.#sentKey : 0
    for (const queue of this.#queues.values()) key = mix(key, queue.key(world))
    return key
  }

  bonds(slot: number): Hash {
    let bonds: Hash = 0
    for (const queue of this.#queues.values()) {
      for (const entry of queue.entries) {
        const { lock } = entry
        if (lock?.slot !== slot || !this.world.isAlive(lock)) continue
        const hash = mix(mix(mix(hashText(queue.name), likeness(entry, this.world)), this.world.timeUntil(lock.until)), lock.by)
        bonds = add(bonds, mix(hash, (lock.forgotten ? 1 : 0) + (lock.stalled ? 2 : 0)))
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

/** After each of these, a message may be delivered once more. */
const redeliveringFaults: readonly FaultName[] = ['crashes', 'stalls', 'lostAcks', 'ambiguousCommits', 'ambiguousSends', 'refusals']

export interface Receivable {
  readonly entry: Entry
  /** It overtakes another message, which is a fault. */
  readonly outOfOrder: boolean
  /** Another one is just like it. */
  readonly redundant: boolean
}

/** Delayed delivery: nobody receives it before its time. */
function waits(entry: Entry, now: number): boolean {
  return entry.visibleFrom > now && (!entry.loose || isLate(entry))
}
