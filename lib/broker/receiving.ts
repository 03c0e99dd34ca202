import {
  describeDuration,
  failure,
  hashText,
  mix,
  nothingComesBefore,
  processName,
  success,
  type Alternative,
  type Contents,
  type ErrorDescription,
  type FaultName,
  type Hash,
  type Impact,
  type Json,
  type Operation,
  type Incarnation,
  type Result,
  type StepDescription,
  type Task,
  type World,
} from '../simulation/index.js'
import type { Broker } from './broker.js'
import { brokerParticipant, contentsOf, describeEntry, describeReceipt, lockEntry, taskHash, type DeliveryRecord } from './deliveries.js'
import type { BrokerRequest, Settlement } from './requests.js'
import type { Message } from './sending.js'
import { dueOf, wholeMilliseconds, type Entry, type Queue } from './queue.js'

/**
 * A message under a peek-lock: nobody else receives it until it is settled or the lock expires. Settling fails with a LockLostError
 * when the lock has expired, and with a TimeoutError when no response came (then the message is settled, or it will come again).
 */
export interface Delivery<M extends Message = Message> {
  readonly message: M
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  /** 1 for the first delivery. Counted by the broker, so it survives a crash of the consumer. */
  readonly deliveryCount: number
  /** Done: the broker forgets the message. */
  readonly ack: () => Promise<void>
  /** Not done: the broker delivers the message again, after `delay` milliseconds. */
  readonly abandon: (options?: AbandonOptions) => Promise<void>
  /** Given up: the message moves to the dead-letter queue, with the reason. */
  readonly deadLetter: (reason: string) => Promise<void>
  /** Asks for another lock duration from now on. */
  readonly renew: () => Promise<void>
}

export interface AbandonOptions {
  /** Milliseconds. */
  readonly delay?: number
}

/** The receiving side of one queue, for code that writes its own receive loop. */
export interface Receiver {
  /** Waits until there is a message. */
  readonly receive: () => Promise<Delivery>
}

export function receiver(broker: Broker, queue: Queue, task: Task): Receiver {
  return {
    receive: () =>
      task.issue<Delivery>({
        kind: 'receive',
        label: 'receive()',
        hash: hashText('receive'),
        request: { kind: 'receive' } satisfies BrokerRequest,
        mustFinish: false,
        alternatives: (operation, offer) => {
          for (const { entry, outOfOrder, redundant } of broker.receivable(queue)) offer(new Receive(broker, queue, entry, operation, outOfOrder, redundant))
        },
        decode: (record) => new PeekLocked(broker, queue, task, record as DeliveryRecord),
      }),
  }
}

/**
 * Where `deliveryCount` looks. The getter is one for all: an object with a getter of its own gets a hidden class of its own, and V8 keeps that, and
 * with it the whole execution, until the next full collection.
 */
export const counted = Symbol('counted')

export interface Counted {
  readonly [counted]: { readonly world: World; readonly record: DeliveryRecord }
}

/** Whoever looks at the delivery count makes it part of the state. */
export function countOf({ [counted]: { world, record } }: Counted): number {
  world.observed.deliveries = true
  return record.deliveryCount
}

/** Gives an object a `deliveryCount` that is looked up when it is read. */
export function defineCount(target: object, enumerable: boolean): void {
  Object.defineProperty(target, 'deliveryCount', enumerable ? shownCount : hiddenCount)
}

function getCount(this: Counted): number {
  return countOf(this)
}

const shownCount: PropertyDescriptor = { get: getCount, enumerable: true }
const hiddenCount: PropertyDescriptor = { get: getCount, enumerable: false }

/** A delivery as a receive loop sees it. */
class PeekLocked implements Delivery, Counted {
  readonly message: Message
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  declare readonly deliveryCount: number
  readonly ack: Delivery['ack']
  readonly abandon: Delivery['abandon']
  readonly deadLetter: Delivery['deadLetter']
  readonly renew: Delivery['renew']
  readonly [counted]: Counted[typeof counted]

  constructor(broker: Broker, queue: Queue, task: Task, record: DeliveryRecord) {
    const settle = (how: Settlement): Promise<void> => settleDelivery(broker, queue, task, record, how, false)
    this.message = JSON.parse(record.text) as Message
    this.messageId = record.id
    this.headers = record.headers
    defineCount(this, true)
    this.ack = () => settle({ verb: 'ack' })
    this.abandon = (options = {}) => settle({ verb: 'abandon', delay: wholeMilliseconds(options.delay ?? 0) })
    this.deadLetter = (reason) => settle({ verb: 'dead-letter', reason })
    this.renew = () => settle({ verb: 'renew' })
    this[counted] = { world: broker.world, record }
  }
}

/** `own` marks the settling that the workshop's own pipeline does. */
export function settleDelivery(broker: Broker, queue: Queue, task: Task, record: DeliveryRecord, how: Settlement, own: boolean): Promise<void> {
  return task.issue<undefined>({
    kind: 'settle',
    label: `${how.verb}(${record.type} ${record.id})`,
    // The retry delay of an endpoint follows from how often the message has failed.
    hash: mix(mix(hashText(how.verb), hashText(record.id)), (own ? undefined : how.delay) ?? hashText(how.reason ?? '')),
    request: { kind: 'settle', record, how } satisfies BrokerRequest,
    own,
    endsTask: own,
    mustFinish: true,
    alternatives: (operation, offer) => {
      offer(new Settle(broker, queue, operation, record, how, false))
      if (how.verb === 'ack' && broker.world.mayMeet('lostAcks')) offer(new Settle(broker, queue, operation, record, how, true))
    },
    decode: () => undefined,
  })
}

/** What it comes to depends on when it is done. */
function takesTime({ verb, delay = 0 }: Settlement, { timeMatters }: World): boolean {
  return verb === 'renew' || (delay > 0 && timeMatters)
}

/** True while nobody else can get the message before it is settled: the lock is the process's own, and is not forgotten. */
function isHeld(entry: Entry | undefined, { slot, incarnation }: Incarnation, { deliveryCount }: DeliveryRecord): boolean {
  const lock = entry?.lock
  return lock !== undefined && !lock.forgotten && lock.slot === slot && lock.incarnation === incarnation && entry?.deliveryCount === deliveryCount
}

/** A consumer that asks for messages itself gets one. */
class Receive implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly due: number
  readonly mayBeLate = true

  constructor(
    private readonly broker: Broker,
    private readonly queue: Queue,
    private readonly entry: Entry,
    private readonly operation: Operation,
    outOfOrder: boolean,
    readonly redundant: boolean,
  ) {
    this.due = dueOf(entry)
    this.fault = outOfOrder ? 'reorderings' : undefined
    this.slot = operation.process.slot
  }

  label(): string {
    return `${processName(this.operation.process)} receives ${describeEntry(this.entry)}`
  }

  perform(): Impact {
    const record = lockEntry(this.broker, this.queue, this.entry, this.operation.process, this.operation.sequence)
    const hash = taskHash(this.broker.world, this.entry, 31)
    return { kind: 'settle', slot: this.operation.process.slot, sequence: this.operation.sequence, result: success(record, hash) }
  }

  describe(): StepDescription {
    return describeReceipt(this.broker.world, this.entry, this.operation.process)
  }

  contents(): Contents {
    return contentsOf(this.entry.envelope)
  }
}

export const ackUnknown: ErrorDescription = { name: 'TimeoutError', message: 'No response from the broker within the time limit: the message is settled, or it will be delivered again.' }

class Settle implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  /** As long as the message is this consumer's alone, nobody else is concerned. */
  readonly eager: boolean
  #outcome: string | undefined

  constructor(
    private readonly broker: Broker,
    private readonly queue: Queue,
    private readonly operation: Operation,
    private readonly record: DeliveryRecord,
    private readonly how: Settlement,
    private readonly lost: boolean,
  ) {
    this.fault = lost ? 'lostAcks' : undefined
    this.slot = operation.process.slot
    this.eager = !lost && !takesTime(how, broker.world) && !broker.world.observed.queues && !(how.verb === 'dead-letter' && (broker.world.observed.queueOrder || broker.world.observed.redrives)) && nothingComesBefore(operation) && isHeld(queue.find(record.serial), operation.process, record)
  }

  get retried(): Hash | undefined {
    const { broker, queue, how, record } = this
    return how.verb === 'abandon' && how.byFault !== true && broker.hasLimit(queue) ? mix(hashText(queue.name), hashText(record.id)) : undefined
  }

  label(): string {
    return `${processName(this.operation.process)}: ${this.how.verb} ${this.record.type} ${this.record.id}${this.lost ? ' (lost)' : ''}`
  }

  perform(): Impact {
    const { slot } = this.operation.process
    return { kind: 'settle', slot, sequence: this.operation.sequence, result: this.#settle() }
  }

  describe(): StepDescription {
    const { verb, delay } = this.how
    return {
      action: 'settle',
      from: this.broker.world.participant(this.operation.process.slot),
      to: brokerParticipant,
      text: `${verb} ${this.record.type} ${this.record.id}`,
      ...(this.#outcome !== undefined ? { outcome: this.#outcome } : delay !== undefined && delay > 0 ? { outcome: `again in ${describeDuration(delay)} or later` } : {}),
      task: this.operation.task.label,
      data: (this.how.reason ?? null) satisfies Json,
    }
  }

  #settle(): Result {
    const { queue, how, broker } = this
    const entry = queue.find(this.record.serial)
    const { slot, incarnation } = this.operation.process
    if (entry?.lock === undefined || entry.lock.slot !== slot || entry.lock.incarnation !== incarnation || entry.deliveryCount !== this.record.deliveryCount) {
      this.#outcome = '✗ lock lost'
      return failure({ name: 'LockLostError', message: `The lock of ${this.record.type} ${this.record.id} has expired. The message has been, or will be, delivered again.` })
    }
    if (this.lost) {
      queue.replace(entry, { lock: { ...entry.lock, forgotten: true } })
      return failure(ackUnknown)
    }
    switch (how.verb) {
      case 'ack':
        queue.remove(entry)
        break
      case 'abandon':
        queue.replace(entry, { lock: undefined, visibleFrom: broker.world.now + how.delay, loose: true, failures: entry.failures + (how.byFault === true ? 0 : 1) })
        break
      case 'dead-letter':
        this.#outcome = how.reason
        queue.bury(entry, how.reason)
        break
      case 'renew':
        queue.replace(entry, { lock: { ...entry.lock, until: broker.world.now + broker.settings.lockDuration } })
        break
    }
    return success(undefined, 34)
  }
}
