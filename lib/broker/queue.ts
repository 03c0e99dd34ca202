import { add, hashText, mix, type Hash, type Holder, type Journal, type Json, type MessageView, type QueueView, type World } from '../simulation/index.js'

/** A message as it travels: text, not objects. */
export interface Envelope {
  readonly id: string
  readonly type: string
  /** JSON of the whole message, its `type` included. */
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly hash: Hash
}

/** A message in a queue. Entries are replaced, never changed, so that the journal can put the old ones back. */
export interface Entry {
  readonly envelope: Envelope
  /** Names the entry within its queue; says nothing about the state of the system. */
  readonly serial: number
  /** How many messages of this id had come to this queue before. */
  readonly arrival: number
  readonly deliveryCount: number
  /** How often it was abandoned, but for attempts that failed by a fault of the budget: those are bounded by the budget. */
  readonly failures: number
  /** Made by the network. */
  readonly copy: boolean
  /** It was a dead letter, and was moved back. */
  readonly redriven: boolean
  /**
   * A copy, or a message that was received before and comes again, be it from the dead letters: it has no place in the order any more, and may be received
   * whenever it is there. A retry delay or the rest of a dead consumer's lock says "not before".
   */
  readonly loose: boolean
  /** Virtual time in milliseconds from which on it can be received. */
  readonly visibleFrom: number
  readonly lock: Lock | undefined
}

export interface Lock extends Holder {
  /** Virtual time in milliseconds. */
  readonly until: number
  /** The task of its process, or the operation, that received the message. */
  readonly by: number
  /** The holder's acknowledgement was lost: when the lock's time is over, the message comes again. */
  readonly forgotten: boolean
  /** The holder stalls until it is over. */
  readonly stalled: boolean
}

export interface DeadLetter {
  readonly entry: Entry
  readonly reason: string
}

export function envelope(id: string, type: string, text: string, headers: Readonly<Record<string, string>>): Envelope {
  let hash = mix(hashText(id), hashText(text))
  const names = Object.keys(headers)
  if (names.length > 0) hash = mix(hash, hashText(JSON.stringify(headers)))
  return { id, type, text, headers, hash }
}

/** One queue: entries in order, those under a lock included, and its dead letters. */
export class Queue {
  #entries: readonly Entry[] = []
  #dead: readonly DeadLetter[] = []
  readonly #arrivals = new Map<string, number>()
  #arrivalKey: Hash = 0
  /** The first message that came here. */
  #first: Hash | undefined
  #nextSerial = 1

  constructor(
    readonly name: string,
    private readonly journal: Journal,
  ) {}

  get entries(): readonly Entry[] {
    return this.#entries
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#dead
  }

  /** True when a message came here before, in this execution, that is not like this one. */
  hasSeenOther({ hash }: Envelope): boolean {
    return this.#first !== undefined && this.#first !== hash
  }

  find(serial: number): Entry | undefined {
    return this.#entries.find((entry) => entry.serial === serial)
  }

  add(message: Envelope, place: { readonly copy?: boolean; readonly redriven?: boolean; readonly visibleFrom?: number }): Entry {
    const { copy = false, redriven = false, visibleFrom = 0 } = place
    const arrival = this.#arrivals.get(message.id) ?? 0
    const entry: Entry = { envelope: message, serial: this.#nextSerial, arrival, deliveryCount: 0, failures: 0, copy, redriven, loose: copy || redriven, visibleFrom, lock: undefined }
    const { keyBefore, firstBefore } = { keyBefore: this.#arrivalKey, firstBefore: this.#first }
    this.#first ??= message.hash
    this.#arrivals.set(message.id, arrival + 1)
    this.#arrivalKey = add(keyBefore, mix(hashText(message.id), arrival))
    this.#nextSerial += 1
    this.journal.record(() => {
      if (arrival === 0) this.#arrivals.delete(message.id)
      else this.#arrivals.set(message.id, arrival)
      this.#first = firstBefore
      this.#arrivalKey = keyBefore
      this.#nextSerial -= 1
    })
    this.#set([...this.#entries, entry])
    return entry
  }

  replace(entry: Entry, change: Partial<Entry>): Entry {
    const changed = { ...entry, ...change }
    this.#set(this.#entries.map((other) => (other.serial === entry.serial ? changed : other)))
    return changed
  }

  remove(entry: Entry): void {
    this.#set(this.#entries.filter((other) => other.serial !== entry.serial))
  }

  bury(entry: Entry, reason: string): void {
    this.remove(entry)
    const before = this.#dead
    this.#dead = [...before, { entry, reason }]
    this.journal.record(() => {
      this.#dead = before
    })
  }

  /**
   * Moves all dead letters back, as new arrivals of the same messages: delivery counts start anew. In which order they had died is not part of the
   * state unless somebody looks, so they go by their ids.
   *
   * @returns what was moved.
   */
  redrive(): readonly Envelope[] {
    const before = this.#dead
    this.#dead = []
    this.journal.record(() => {
      this.#dead = before
    })
    const envelopes = before.map(({ entry }) => entry.envelope).sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : one.hash - other.hash))
    for (const envelope of envelopes) this.add(envelope, { redriven: true })
    return envelopes
  }

  /** Order counts for what keeps its place, and where a promise has looked at it; the rest is a multiset. Times are relative. */
  key(world: World): Hash {
    const { queueOrder, deliveries, random } = world.observed
    let ordered: Hash = hashText(this.name)
    let unordered: Hash = 0
    for (const entry of this.#entries) {
      const hash = hashEntry(entry, world)
      if (!queueOrder && (entry.loose || entry.lock !== undefined)) unordered = add(unordered, hash)
      else ordered = mix(ordered, hash)
    }
    for (const { entry, reason } of this.#dead) {
      const hash = mix(mix(entry.envelope.hash, hashText(reason)), deliveries ? entry.deliveryCount : 0)
      if (queueOrder) ordered = mix(ordered, mix(hash, 6))
      else unordered = add(unordered, hash)
    }
    if (random) unordered = add(unordered, this.#arrivalKey)
    return mix(ordered, unordered)
  }

  view(world: World): QueueView {
    return {
      name: this.name,
      messages: this.#entries.map((entry) => viewEntry(entry, world)),
      deadLetters: this.#dead.map(({ entry, reason }) => ({ ...viewEntry(entry, world), state: 'dead' as const, reason })),
    }
  }

  #set(entries: readonly Entry[]): void {
    const before = this.#entries
    this.#entries = entries
    this.journal.record(() => {
      this.#entries = before
    })
  }
}

/** What code can tell two messages by, and what comes of them: how often a message failed decides how late it comes again, and when it is given up. */
export function likeness(entry: Entry, { observed: { deliveries, random }, failuresMatter }: World): Hash {
  const hash = failuresMatter ? mix(entry.envelope.hash, entry.failures) : entry.envelope.hash
  if (!deliveries && !random) return hash
  return mix(mix(hash, entry.deliveryCount), random ? entry.arrival : 0)
}

function hashEntry(entry: Entry, world: World): Hash {
  const hash = likeness(entry, world)
  if (isLocked(entry, world)) return mix(mix(hash, entry.lock.stalled ? 5 : 2), world.timeUntil(entry.lock.until))
  const rest = world.timeLeft(dueOf(entry))
  // Whether the holder of a forgotten lock may still settle the message is told by what the holder is bound to.
  if (world.observed.queueOrder && entry.lock !== undefined) return mix(mix(hash, 6), rest)
  if (!entry.loose && entry.lock === undefined) return mix(mix(hash, 4), rest)
  // A copy that has come is a message like any other that has no place in the order.
  return mix(mix(hash, isLate(entry) && entry.visibleFrom > world.now ? 3 : 1), rest)
}

/**
 * A delay is often drawn, and the draw is no whole number. Rounded up, as a timer's delay is, nothing comes early; and all moments are whole, as
 * `Date.now()` shows them, so that code can reckon with them.
 */
export function wholeMilliseconds(delay: number): number {
  return Math.ceil(delay)
}

/** When it can be received, if its lock is nobody's: a retry delay, or the rest of a dead consumer's lock, is over. */
export function dueOf(entry: Entry): number {
  return entry.lock?.until ?? entry.visibleFrom
}

/** A copy that has not arrived yet. Once it was received, it is a message like any other. */
export function isLate(entry: Entry): boolean {
  return entry.copy && entry.deliveryCount === 0
}

/** A lock holds as long as its holder lives and may still settle the message. */
export function isLocked(entry: Entry, world: World): entry is Entry & { readonly lock: Lock } {
  return entry.lock !== undefined && !entry.lock.forgotten && world.isAlive(entry.lock)
}

function viewEntry(entry: Entry, world: World): MessageView {
  const state = entry.lock !== undefined ? 'locked' : entry.visibleFrom > world.now ? 'delayed' : 'visible'
  const origin = entry.copy ? ({ origin: 'copy' } as const) : entry.redriven ? ({ origin: 'redriven' } as const) : {}
  return { id: entry.envelope.id, type: entry.envelope.type, state, deliveryCount: entry.deliveryCount, ...origin, body: JSON.parse(entry.envelope.text) as Json }
}
