import {
  checked,
  describeFaults,
  injected,
  hashText,
  mix,
  MisuseError,
  mutatedAfterHandover,
  nothingComesBefore,
  processName,
  serialise,
  success,
  type Alternative,
  type Contents,
  type ErrorDescription,
  type FaultName,
  type Impact,
  type Json,
  type Operation,
  type Participant,
  type StepDescription,
  type Task,
} from '../simulation/index.js'
import type { Broker } from './broker.js'
import { brokerParticipant } from './deliveries.js'
import { envelope, wholeMilliseconds, type Envelope, type Queue } from './queue.js'
import type { BrokerRequest } from './requests.js'

/** A message is a plain object with a `type`. */
export interface Message {
  readonly type: string
}

export interface PublishOptions {
  /** The message id. Without one, every call makes a new one, as brokers' client libraries do. */
  readonly id?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SendOptions extends PublishOptions {
  /** Delayed delivery: nobody receives it before so many milliseconds have passed. */
  readonly delay?: number
}

export interface SendingContext {
  /**
   * Sends a command to one endpoint. It goes to the broker at once, whatever the store does.
   *
   * @throws TimeoutError when no response came: the broker has the message, or has not.
   * @throws UnavailableError when the broker refused: it has not.
   */
  readonly send: <M extends Message>(endpoint: string, message: M, options?: SendOptions) => Promise<void>
  /** Publishes an event to every endpoint that has a handler for its type. Throws as `send` does. */
  readonly publish: <M extends Message>(message: M, options?: PublishOptions) => Promise<void>
}

/** For a scenario, which sends on behalf of others. */
export interface OnBehalf {
  /** Who is said to send: somebody who is no part of the system. */
  readonly sender: string
  /** Makes the id of a message that is given none. */
  readonly numbering: () => string
}

export function sendingContext(broker: Broker, task: Task, onBehalf?: OnBehalf): SendingContext {
  const sender: Participant | undefined = onBehalf && { name: onBehalf.sender, kind: 'scenario', instance: 1 }
  const issue = (receivers: () => readonly Queue[], destination: string | undefined, message: Message, options: SendOptions): Promise<void> => {
    const letter = makeEnvelope(broker, task, message, options, destination, onBehalf?.numbering)
    const queues = receivers()
    const what = destination === undefined ? `publish(${message.type})` : `send('${destination}', ${message.type})`
    const hash = mix(mix(letter.hash, hashText(destination ?? '')), options.delay ?? 0)
    return task.issue<undefined>({
      kind: destination === undefined ? 'publish' : 'send',
      label: what,
      hash,
      request: { kind: 'send', destination, letter, sender: onBehalf?.sender, delay: options.delay } satisfies BrokerRequest,
      mustFinish: true,
      alternatives: (operation, offer) => {
        const variants = task.process.node.definition.crashes ? everyVariant : reliableVariants
        for (const variant of variants) {
          if (variant.fault !== undefined && !broker.world.mayMeet(variant.fault)) continue
          for (const extra of variant.copies ? queues : [undefined]) offer(new Send(broker, operation, sender, queues, destination, letter, options.delay, variant, extra))
        }
      },
      decode: () => undefined,
      ...(task.process.host.careful ? { verify: () => verifyMessage(task, message, letter, what) } : {}),
    })
  }
  return {
    send: (endpoint, message, options = {}) => checked(task, () => issue(() => [broker.queue(endpoint)], endpoint, message, options.delay === undefined ? options : { ...options, delay: wholeMilliseconds(options.delay) })),
    publish: (message, options = {}) => checked(task, () => issue(() => broker.subscribers(message.type), undefined, message, options)),
  }
}

interface Variant {
  readonly fault: FaultName | undefined
  readonly arrives: boolean
  readonly copies: boolean
  readonly late: boolean
  readonly answer: 'ok' | 'none' | 'refused'
}

const delivered: Variant = { fault: undefined, arrives: true, copies: false, late: false, answer: 'ok' }

/** What can happen to a message on its way from somebody who lies outside the system under test. */
const reliableVariants: readonly Variant[] = [
  delivered,
  { ...delivered, fault: 'copies', copies: true },
  { ...delivered, fault: 'lateCopies', copies: true, late: true },
  { ...delivered, fault: 'delays', late: true },
]

const everyVariant: readonly Variant[] = [
  ...reliableVariants,
  { ...delivered, fault: 'ambiguousSends', answer: 'none' },
  { ...delivered, fault: 'ambiguousSends', arrives: false, answer: 'none' },
  { ...delivered, fault: 'refusals', arrives: false, answer: 'refused' },
]

/** A message reaches the broker, in one of the ways in which that can go. */
class Send implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly ownFault = true

  constructor(
    private readonly broker: Broker,
    private readonly operation: Operation,
    /** Set for somebody who is no part of the system. */
    private readonly sender: Participant | undefined,
    private readonly queues: readonly Queue[],
    private readonly destination: string | undefined,
    private readonly letter: Envelope,
    private readonly delay: number | undefined,
    private readonly variant: Variant,
    /** The queue that gets the copy, if there is one. */
    private readonly extra: Queue | undefined,
  ) {
    this.fault = variant.fault
    this.slot = operation.process.slot
  }

  /** Nobody else is concerned as long as nobody can tell when it came. */
  get eager(): boolean {
    const { broker, letter } = this
    return this.fault === undefined && this.delay === undefined && nothingComesBefore(this.operation) && this.queues.every((queue) => broker.takesUnnoticed(queue, letter))
  }

  label(): string {
    const { fault, arrives } = this.variant
    const how = fault === undefined ? '' : ` (${describeFaults({ [fault]: 1 })}${fault === 'ambiguousSends' ? (arrives ? ', it arrives' : ', it does not arrive') : ''}${this.extra !== undefined && this.queues.length > 1 ? ` for ${this.extra.name}` : ''})`
    const verb = this.destination === undefined ? 'publishes' : 'sends'
    return `${this.sender?.name ?? processName(this.operation.process)} ${verb} ${this.letter.type} ${this.letter.id}${how}`
  }

  perform(): Impact {
    const { broker, variant, letter } = this
    if (variant.arrives) {
      const delay = this.delay ?? (variant.late && !variant.copies ? broker.settings.lateness : undefined)
      for (const queue of this.queues) broker.enqueue(queue, letter, delay === undefined ? {} : { delay })
      if (this.extra !== undefined) {
        const copyDelay = (this.delay ?? 0) + (variant.late ? broker.settings.lateness : 0)
        broker.enqueue(this.extra, letter, { copy: true, ...(copyDelay > 0 ? { delay: copyDelay } : {}) })
      }
      broker.log(this.destination ?? '*', letter)
    }
    const { slot } = this.operation.process
    const { sequence } = this.operation
    if (variant.answer === 'ok') return { kind: 'settle', slot, sequence, result: success(undefined, 21) }
    return { kind: 'settle', slot, sequence, result: injected(variant.answer === 'none' ? outcomeUnknown : brokerRefused) }
  }

  describe(): StepDescription {
    const { variant, letter } = this
    const outcomes: string[] = []
    // What the fault's own name says already is not said again.
    if (!variant.arrives) outcomes.push('the broker does not have it')
    else if (this.destination === undefined) outcomes.push(this.queues.length === 0 ? 'no subscriber' : `→ ${this.queues.map((queue) => queue.name).join(', ')}`)
    if (this.extra !== undefined && this.queues.length > 1) outcomes.push(`the copy for ${this.extra.name}`)
    if (variant.answer === 'none') outcomes.push(variant.arrives && this.destination !== undefined ? 'it arrives, no response' : 'no response')
    return {
      action: this.destination === undefined ? 'publish' : 'send',
      from: this.sender ?? this.broker.world.participant(this.operation.process.slot),
      to: brokerParticipant,
      text: `${this.destination === undefined ? 'publish' : 'send'} ${letter.type} ${letter.id}`,
      ...(outcomes.length === 0 ? {} : { outcome: outcomes.join(', ') }),
      task: this.operation.task.label,
    }
  }

  contents(): Contents {
    const { text, type } = this.letter
    const message = JSON.parse(text) as Readonly<Record<string, Json>>
    return { data: message, facts: [{ label: '', subject: `message ${type}`, after: withoutType(message) }] }
  }
}

export const outcomeUnknown: ErrorDescription = { name: 'TimeoutError', message: 'No response from the broker within the time limit: it has the message, or it has not.' }

export const brokerRefused: ErrorDescription = { name: 'UnavailableError', message: 'The broker is not available. It does not have the message.' }

/** The type stands before it already. */
function withoutType(message: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(message).filter(([key]) => key !== 'type'))
}

function makeEnvelope(broker: Broker, task: Task, message: Message, options: SendOptions, destination: string | undefined, numbering: (() => string) | undefined): Envelope {
  const call = destination === undefined ? 'publish' : 'send'
  const given: unknown = message
  if (typeof given !== 'object' || given === null || !('type' in given) || typeof given.type !== 'string' || given.type === '') {
    throw new MisuseError('invalid-argument', {
      what: `\`${call}\` was called with something that is not a message.`,
      why: 'A message is a plain object with a `type`: the type decides which handler gets it.',
      next: `Pass an object such as { type: 'OrderSubmitted', orderId: 'c1' }.`,
    })
  }
  if (given.type.length > longestType) {
    throw new MisuseError('invalid-argument', {
      what: `The type of a message that ${task.process.node.name} ${call === 'send' ? 'sends' : 'publishes'} is ${given.type.length.toLocaleString('en')} characters long: ${given.type.slice(0, 32)}…`,
      why: 'The type is a name: it decides which handler gets the message, and no handler is called that.',
      next: 'Put what varies into a field of the message.',
    })
  }
  if ('id' in options && (typeof options.id !== 'string' || options.id === '')) {
    throw new MisuseError('invalid-argument', {
      what: `\`${call}\` of ${message.type} was called with \`id: ${String(options.id)}\`.`,
      why: 'The message id is what receivers deduplicate by. Without one, every message would look like every other.',
      next: 'Pass a text as id, or leave it out and get a new one for each call.',
    })
  }
  const id = options.id ?? numbering?.() ?? draftId(broker, task)
  return envelope(id, message.type, serialise(message, `The message ${message.type}`), options.headers ?? {})
}

/** In characters. */
const longestType = 200

/** A new id for each call of the system, as random as anything else in a simulation: a scenario numbers its own. */
function draftId(broker: Broker, task: Task): string {
  broker.world.observed.random = true
  return `m-${task.random.word().toString(16).padStart(8, '0')}`
}

function verifyMessage(task: Task, message: Message, letter: Envelope, call: string): void {
  if (JSON.stringify(message) === letter.text) return
  throw mutatedAfterHandover(task, `the message ${message.type}`, `\`${call}\``, '{ ...message, total: 5 }')
}
