import {
  mix,
  processName,
  Stall,
  type Alternative,
  type Contents,
  type FaultName,
  type Impact,
  type Json,
  type Incarnation,
  type StepDescription,
  type TaskStart,
  type World,
} from '../simulation/index.js'
import { dueOf, likeness, type Entry, type Envelope, type Lock, type Queue } from './queue.js'

/** What a delivery needs of the broker that makes it. */
export interface Lender {
  readonly world: World
  /** Milliseconds. */
  readonly settings: { readonly lockDuration: number }
  /** Whether a delivery may be the last that the queue's limit allows belongs to the state from now on. */
  watchLimit(queue: Queue, entry: Entry): void
  /** True when the message has been delivered as often as the queue allows. */
  isSpent(queue: Queue, entry: Entry): boolean
}

export const brokerParticipant = { name: 'broker', kind: 'broker', instance: 1 } as const

/** What a consumer is told about the message that it holds. Plain data. */
export interface DeliveryRecord {
  readonly serial: number
  readonly id: string
  readonly type: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly deliveryCount: number
  /** See `Entry`. */
  readonly failures: number
}

/** Puts an entry under the lock of a process, and says what the process is told. */
export function lockEntry(broker: Lender, queue: Queue, entry: Entry, process: Incarnation, by: number): DeliveryRecord {
  const { world } = broker
  world.advance(dueOf(entry))
  broker.watchLimit(queue, entry)
  const lock: Lock = { slot: process.slot, incarnation: process.incarnation, by, until: world.now + broker.settings.lockDuration, forgotten: false, stalled: false }
  const locked = queue.replace(entry, { lock, deliveryCount: entry.deliveryCount + 1, visibleFrom: 0 })
  const { id, type, text, headers } = entry.envelope
  return { serial: entry.serial, id, type, text, headers, deliveryCount: locked.deliveryCount, failures: entry.failures }
}

/** A free process of an endpoint receives a message. */
export class Deliver implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly due: number
  readonly mayBeLate = true

  constructor(
    private readonly broker: Lender,
    private readonly queue: Queue,
    private readonly entry: Entry,
    private readonly process: Incarnation,
    outOfOrder: boolean,
    readonly redundant: boolean,
    readonly eager: boolean,
  ) {
    this.fault = outOfOrder ? 'reorderings' : undefined
    this.slot = process.slot
    this.due = dueOf(entry)
  }

  get undoneByCrash(): boolean {
    return isUndoneByCrash(this.entry, this.broker.world)
  }

  label(): string {
    return `${processName(this.process)} receives ${describeEntry(this.entry)}`
  }

  perform(): Impact {
    const { entry, process, broker } = this
    const record = lockEntry(broker, this.queue, entry, process, process.begun + 1)
    const start: TaskStart = {
      hash: taskHash(broker.world, entry, process.node.hash),
      seed: mix(mix(mix(process.node.hash, entry.envelope.hash), record.deliveryCount), entry.arrival),
      label: taskLabel(record),
      payload: record,
    }
    return { kind: 'start', slot: process.slot, start }
  }

  describe(): StepDescription {
    return describeReceipt(this.broker.world, this.entry, this.process)
  }

  contents(): Contents {
    return contentsOf(this.entry.envelope)
  }
}

/** A message that has no place in the order, and of which nobody sees that it was received once more. */
function isUndoneByCrash({ loose, lock }: Entry, { observed, timeMatters }: World): boolean {
  return (loose || lock !== undefined) && !timeMatters && !observed.deliveries && !observed.random && !observed.queues && !observed.queueOrder
}

export function taskHash(world: World, entry: Entry, start: number): number {
  return mix(start, likeness(entry, world))
}

export function describeReceipt(world: World, entry: Entry, process: Incarnation): StepDescription {
  const count = entry.deliveryCount + 1
  const notes = [...(entry.copy ? ['a copy'] : []), ...(entry.redriven ? ['redriven'] : []), ...(count > 1 ? [`delivery ${count}`] : []), ...(entry.lock === undefined ? [] : ['the old lock has expired'])]
  return {
    action: 'receive',
    from: brokerParticipant,
    to: world.participant(process.slot),
    text: `${entry.envelope.type} ${entry.envelope.id}`,
    ...(notes.length === 0 ? {} : { outcome: notes.join(', ') }),
    task: taskLabel({ type: entry.envelope.type, id: entry.envelope.id, deliveryCount: count }),
  }
}

export function contentsOf({ text }: Envelope): Contents {
  return { data: JSON.parse(text) as Json }
}

/**
 * A peek-lock runs out. Of a live holder, that takes time, which passes only when nothing else can happen; or the holder stalls, which
 * is a fault: it goes on later without knowing that it has lost the message. (When the holder is dead, the next receipt says so by
 * itself.) A message that has been delivered as often as the retry limit allows does not come again: it becomes a dead letter.
 */
export class LockExpires implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly idle: boolean
  readonly due: number
  readonly mayBeLate = true

  constructor(
    private readonly broker: Lender,
    private readonly queue: Queue,
    private readonly entry: Entry,
    private readonly lock: Lock,
    how: 'holder stalls' | 'time passes',
  ) {
    this.slot = lock.slot
    this.due = lock.until
    this.idle = how === 'time passes' && !lock.stalled
    this.fault = how === 'holder stalls' ? 'stalls' : undefined
  }

  begin(): Alternative {
    return new Stall(this.broker.world, this, this.slot, () => {
      this.queue.replace(this.entry, { lock: { ...this.lock, stalled: true } })
    })
  }

  label(): string {
    return this.fault === 'stalls'
      ? `${holderName(this.broker.world, this.lock)} stalls until the lock of ${describeEntry(this.entry)} has expired`
      : `the lock of ${describeEntry(this.entry)} expires`
  }

  perform(): Impact {
    this.broker.world.advance(this.due)
    if (this.idle) this.broker.world.observed.deliveries = true
    if (this.broker.isSpent(this.queue, this.entry)) this.queue.bury(this.entry, spentReason(this.entry))
    else this.queue.replace(this.entry, { lock: undefined, visibleFrom: 0, loose: true })
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const stalled = this.fault === 'stalls'
    return {
      action: 'lock-expired',
      from: brokerParticipant,
      ...(stalled ? { to: this.broker.world.participant(this.lock.slot) } : {}),
      text: `the lock of ${describeEntry(this.entry)} expires`,
      outcome: stalled ? `${holderName(this.broker.world, this.lock)} is too slow, and does not know it` : this.broker.isSpent(this.queue, this.entry) ? spentReason(this.entry) : 'it can be received again',
    }
  }
}

export function spentReason({ deliveryCount }: Pick<Entry, 'deliveryCount'>): string {
  return `delivered ${deliveryCount === 1 ? 'once' : `${deliveryCount} times`}, and never settled`
}

/** Nothing else can happen, so virtual time moves on to the next thing that waits for it. */
export class TimePasses implements Alternative {
  readonly fault = undefined
  readonly idle = true

  readonly mayBeLate = true

  constructor(
    private readonly world: World,
    readonly due: number,
    private readonly text: string,
  ) {}

  label(): string {
    return this.text
  }

  perform(): Impact {
    this.world.advance(this.due)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    return { action: 'time', from: brokerParticipant, text: this.text }
  }
}

export function describeEntry(entry: Entry): string {
  return `${entry.envelope.type} ${entry.envelope.id}${entry.copy ? ' (copy)' : entry.redriven ? ' (redriven)' : ''}`
}

export function taskLabel(record: { readonly type: string; readonly id: string; readonly deliveryCount: number }): string {
  return record.deliveryCount > 1 ? `${record.type} ${record.id}, delivery ${record.deliveryCount}` : `${record.type} ${record.id}`
}

function holderName(world: World, lock: Lock): string {
  const { name, instance } = world.participant(lock.slot)
  return (world.node(name)?.slots.length ?? 1) > 1 ? `${name} ${instance}` : name
}

