import { counted, countOf, defineCount, settleDelivery, type Counted, type DeliveryRecord, type Message, type SendingContext, type Settlement } from '../broker/index.js'
import type { HttpClient } from '../http/index.js'
import type { StoreContext } from '../store/index.js'
import { HarnessError, LockLostError, MisuseError, TimeoutError, UnavailableError, type Node, type NodeDefinition, type Task, type World } from '../simulation/index.js'
import { checkInstances, checkName, checkOptions, started } from './definition.js'
import { describeThrown } from './thrown.js'
import { makeContext, parts, type Context, type HandlerContext } from './context.js'

/** Handlers by message type. A handler that throws makes the broker deliver the message again. */
export type Handlers = Readonly<Record<string, (message: never, context: HandlerContext) => Promise<void>>>

/**
 * Something around every handler of an endpoint, as middleware in a web framework: an outbox, an inbox. It may give `next` another
 * context, do something before and after, or not call `next` at all.
 */
export type PipelineStep = (message: Message, context: HandlerContext, next: (context: HandlerContext) => Promise<void>) => Promise<void>

export interface EndpointOptions {
  /** How many processes compete for its messages. Default 2. */
  readonly instances?: number
  /** How many messages one process handles at the same time. Default 1. */
  readonly concurrency?: number
  /** Steps around the handlers, the outermost first. */
  readonly pipeline?: readonly PipelineStep[]
}

/** What an endpoint keeps in one process. */
type Memory = Readonly<Record<string, (message: Message, context: HandlerContext) => Promise<void>>>

/**
 * An endpoint: a queue of its own, and handlers for the messages in it. It gets the commands that are sent to its name, and the
 * events of the types that it handles.
 *
 * With a function in place of the handlers, each process makes its own, and may keep something in memory: it is gone after a crash,
 * and no other instance sees it.
 */
export function endpoint<const Name extends string>(name: Name, handlers: Handlers | (() => Handlers), options: EndpointOptions = {}): NodeDefinition<Name> {
  checkName(name, 'endpoint')
  checkOptions(options, ['instances', 'concurrency', 'pipeline'], `endpoint('${name}')`)
  const made = typeof handlers === 'function' ? handlers : () => handlers
  const checked = checkHandlers(name, made())
  const types = Object.keys(checked)
  return {
    name,
    kind: 'endpoint',
    instances: checkInstances(options.instances ?? 2, name),
    concurrency: checkInstances(options.concurrency ?? 1, name),
    keepsMemory: typeof handlers === 'function',
    crashes: true,
    install(world: World, node: Node) {
      parts(world).broker.register(node, types)
    },
    boot: () => (typeof handlers === 'function' ? checkHandlers(name, started(`endpoint('${name}')`, made)) : checked),
    run: (task, world) => handleMessage(task, world, options.pipeline ?? []),
  }
}

async function handleMessage(task: Task, world: World, pipeline: readonly PipelineStep[]): Promise<void> {
  const { process } = task
  const { name } = process.node
  const all = parts(world)
  const record = task.payload as DeliveryRecord
  const handler = (process.memory as Memory)[record.type]
  if (handler === undefined) throw noHandler(name, record.type, Object.keys(process.memory as Memory))
  const message = JSON.parse(record.text) as Message
  const source: Counted = { [counted]: { world, record } }
  const run = pipeline.reduceRight<(context: HandlerContext) => Promise<void>>(
    (next, step) => (inner) => step(message, withDeliveryCount(inner, source), next),
    (inner) => handler(message, withDeliveryCount(inner, source)),
  )
  const context = new MessageContext(makeContext(all, task), name, record, source)
  let thrown: { readonly error: unknown } | undefined
  try {
    await run(context)
  } catch (error) {
    thrown = { error }
  }
  task.leave(thrown)
  if (thrown !== undefined) {
    if (thrown.error instanceof MisuseError || thrown.error instanceof HarnessError) throw thrown.error
    process.host.noteThrown(task, thrown.error)
  }
  try {
    await settleDelivery(all.broker, all.broker.queue(name), task, record, settlementOf(task, thrown, record, all.broker.settings), true)
  } catch (error) {
    // The message comes again when its lock expires: at-least-once delivery asks for nothing more.
    if (!(error instanceof LockLostError) && !(error instanceof TimeoutError) && !(error instanceof UnavailableError)) throw error
  }
}

/**
 * Whoever looks at the delivery count makes it part of the state, so it must not be looked at in passing: `{ ...context }` leaves it
 * out, and the next step gets it back.
 */
function withDeliveryCount(context: HandlerContext, source: Counted): HandlerContext {
  if ('deliveryCount' in context) return context
  defineCount(Object.assign(context, source), false)
  return context
}

class MessageContext implements HandlerContext, Counted {
  readonly store: StoreContext
  readonly http: HttpClient
  readonly send: SendingContext['send']
  readonly publish: SendingContext['publish']
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  readonly endpoint: string
  readonly [counted]: Counted[typeof counted]

  constructor({ store, http, send, publish }: Context, endpoint: string, { id, headers }: DeliveryRecord, source: Counted) {
    this.store = store
    this.http = http
    this.send = send
    this.publish = publish
    this.messageId = id
    this.headers = headers
    this.endpoint = endpoint
    this[counted] = source[counted]
  }

  get deliveryCount(): number {
    return countOf(this)
  }
}

function settlementOf(task: Task, thrown: { readonly error: unknown } | undefined, { deliveryCount, failures }: DeliveryRecord, settings: { readonly maxDeliveries: number; readonly retryDelay: number }): Settlement {
  if (thrown === undefined) return { verb: 'ack' }
  if (deliveryCount >= settings.maxDeliveries) return { verb: 'dead-letter', reason: describeThrown(thrown.error) }
  return { verb: 'abandon', delay: settings.retryDelay * 2 ** failures, byFault: task.metFault }
}

function checkHandlers(name: string, handlers: unknown): Memory {
  const offence =
    typeof handlers !== 'object' || handlers === null
      ? `endpoint('${name}') was given ${handlers === null ? 'null' : typeof handlers} in place of its handlers.`
      : Object.entries(handlers)
          .filter(([, handler]) => typeof handler !== 'function')
          .map(([type]) => `The handler ${type} of endpoint('${name}') is not a function.`)[0]
  if (offence !== undefined) {
    throw new MisuseError('invalid-definition', {
      what: offence,
      why: 'An endpoint handles messages by their type, with one function for each.',
      next: `Write endpoint('${name}', { async OrderSubmitted(message, context) { … } }).`,
    })
  }
  return handlers as Memory
}

function noHandler(name: string, type: string, known: readonly string[]): MisuseError {
  return new MisuseError('no-handler', {
    what: `${name} received a message of type ${type}, for which it has no handler.`,
    why: 'Nobody would ever handle it. Usually the type or the handler is misspelt.',
    next: `Handlers of ${name}: ${known.join(', ') || 'none'}. The handler's name must be the message's type, to the letter.`,
  })
}
