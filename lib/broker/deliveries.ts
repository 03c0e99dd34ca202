import {
  mix,
  processName,
  type Alternative,
  type FaultName,
  type Impact,
  type Json,
  type Process,
  type StepDescription,
  type TaskStart,
  type World,
} from '../simulation/index.js'
import type { Broker } from './broker.js'
import type { Entry, Lock, Queue } from './queue.js'

export const brokerParticipant = { name: 'broker', kind: 'broker', instance: 1 } as const

/** What a consumer is told about the message that it holds. Plain data. */
export interface DeliveryRecord {
  readonly serial: number
  readonly id: string
  readonly type: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly deliveryCount: number
  /** How often it was abandoned before. */
  readonly failures: number
}

/** Puts an entry under the lock of a process, and says what the process is told. */
export function lockEntry(broker: Broker, queue: Queue, entry: Entry, process: Process): DeliveryRecord {
  const { world } = broker
  // Whoever looks at the clock sees the rest of a dead consumer's lock, or the retry delay, pass.
  if (world.observed.clock) world.advance(entry.lock?.until ?? entry.visibleFrom)
  const lock: Lock = { slot: process.slot, incarnation: process.incarnation, until: world.now + broker.settings.lockDuration, forgotten: false }
  const locked = queue.replace(entry, { lock, deliveryCount: entry.deliveryCount + 1, visibleFrom: 0 })
  const { id, type, text, headers } = entry.envelope
  return { serial: entry.serial, id, type, text, headers, deliveryCount: locked.deliveryCount, failures: entry.failures }
}

/** A free process of an endpoint receives a message. */
export class Deliver implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number

  constructor(
    private readonly broker: Broker,
    private readonly queue: Queue,
    private readonly entry: Entry,
    private readonly process: Process,
    outOfOrder: boolean,
    readonly eager: boolean,
  ) {
    this.fault = outOfOrder ? 'reorderings' : undefined
    this.slot = process.slot
  }

  label(): string {
    return `${processName(this.process)} receives ${describeEntry(this.entry)}`
  }

  perform(): Impact {
    const { entry, process, broker } = this
    const record = lockEntry(broker, this.queue, entry, process)
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
}

/** Which delivery of which of several equal messages it is counts only where code can tell. */
export function taskHash(world: World, entry: Entry, start: number): number {
  const { random, deliveries } = world.observed
  let hash = mix(mix(start, entry.envelope.hash), entry.failures)
  if (random || deliveries) hash = mix(hash, entry.deliveryCount)
  return random ? mix(hash, entry.arrival) : hash
}

export function describeReceipt(world: World, entry: Entry, process: Process): StepDescription {
  const count = entry.deliveryCount + 1
  const notes = [...(entry.copy ? ['a copy'] : []), ...(count > 1 ? [`delivery ${count}`] : []), ...(entry.lock === undefined ? [] : ['the old lock has expired'])]
  return {
    action: 'receive',
    from: brokerParticipant,
    to: world.participant(process.slot),
    text: `${entry.envelope.type} ${entry.envelope.id}`,
    ...(notes.length === 0 ? {} : { outcome: notes.join(', ') }),
    task: taskLabel({ type: entry.envelope.type, id: entry.envelope.id, deliveryCount: count }),
    get data() {
      return JSON.parse(entry.envelope.text) as Json
    },
  }
}

/**
 * The peek-lock of a live holder runs out. Time has to pass until nothing else can happen; or the holder stalls, which is a fault:
 * it goes on later without knowing that it has lost the message. (When the holder is dead, the next receipt says so by itself.)
 */
export class LockExpires implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly idle: boolean
  readonly at: number

  constructor(
    private readonly broker: Broker,
    private readonly queue: Queue,
    private readonly entry: Entry,
    private readonly lock: Lock,
    how: 'holder stalls' | 'time passes',
  ) {
    this.slot = lock.slot
    this.at = lock.until
    this.idle = how === 'time passes'
    this.fault = how === 'holder stalls' ? 'stalls' : undefined
  }

  label(): string {
    return this.fault === 'stalls'
      ? `${holderName(this.broker.world, this.lock)} stalls until the lock of ${describeEntry(this.entry)} has expired`
      : `the lock of ${describeEntry(this.entry)} expires`
  }

  perform(): Impact {
    this.broker.world.advance(this.at)
    this.queue.replace(this.entry, { lock: undefined, visibleFrom: 0, loose: true })
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const stalled = this.fault === 'stalls'
    return {
      action: 'lock-expired',
      from: brokerParticipant,
      ...(stalled ? { to: this.broker.world.participant(this.lock.slot) } : {}),
      text: `the lock of ${describeEntry(this.entry)} expires`,
      outcome: stalled ? `${holderName(this.broker.world, this.lock)} is too slow, and does not know it` : 'it can be received again',
    }
  }
}

/** Nothing else can happen, so virtual time moves on to the next thing that waits for it. */
export class TimePasses implements Alternative {
  readonly fault = undefined
  readonly idle = true

  constructor(
    private readonly world: World,
    readonly at: number,
    private readonly text: string,
  ) {}

  label(): string {
    return this.text
  }

  perform(): Impact {
    this.world.advance(this.at)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    return { action: 'time', from: brokerParticipant, text: this.text }
  }
}

export function describeEntry(entry: Entry): string {
  return `${entry.envelope.type} ${entry.envelope.id}${entry.copy ? ' (copy)' : ''}`
}

export function taskLabel(record: { readonly type: string; readonly id: string; readonly deliveryCount: number }): string {
  return record.deliveryCount > 1 ? `${record.type} ${record.id}, delivery ${record.deliveryCount}` : `${record.type} ${record.id}`
}

function holderName(world: World, lock: Lock): string {
  const { name, instance } = world.participant(lock.slot)
  return (world.node(name)?.slots.length ?? 1) > 1 ? `${name} ${instance}` : name
}

