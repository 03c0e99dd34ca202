import { randomBytes } from 'node:crypto'
import { spentReason, taskLabel, type DeliveryRecord } from '../broker/index.js'
import { checkSystem } from '../exploration/check-options.js'
import { scenarioNode, type Scenario } from '../exploration/scenario.js'
import type { WrittenCheck } from '../exploration/written-check.js'
import type { RequestRecord, WireRequest } from '../http/index.js'
import { HarnessError, MisuseError, World, type Operation, type Process, type Result, type Task, type TaskStart } from '../simulation/index.js'
import { nameThrown, parts, type SystemRequest } from '../system/index.js'
import { describeAsk, describeDone } from './asking.js'
import { installClock } from './clock.js'
import { Failed, Hosted, type Clearance, type Doer, type Gate } from './hosting.js'
import { Inbound } from './inbound.js'
import { callHttp, listen, type Incoming } from './network.js'
import type { Ask, Done, Failure, FromInstance, How, Part, ToInstance } from './protocol.js'
import { Publisher } from './publisher.js'
import { blocked, refusedBy } from './refusals.js'
import { PostgresStore } from './store.js'

/** The line to the director. */
export interface Line {
  say(message: FromInstance): void
  /** Everything that the director says. */
  hear(take: (message: ToInstance) => void): void
}

/** Who there is, and what they are called: the same places as in the simulator, the scenario first. Nothing is simulated in it. */
export function makeWorld(options: WrittenCheck['options'], scenario: (scenario: Scenario) => Promise<void> = () => Promise.resolve()): World {
  const nodes = checkSystem(options.system())
  const world = new World([scenarioNode(scenario), ...nodes], (options.instances ?? {}) as Record<string, number>)
  const { broker } = parts(world)
  broker.settings = { ...broker.settings, ...options.broker }
  return world
}

/**
 * Plays one process of the system: waits to be told which, connects to PostgreSQL, RabbitMQ and its peers, and does what the code asks for, each
 * operation with the director's leave.
 */
export function playInstance(options: WrittenCheck['options'], line: Line): void {
  let instance: Instance | undefined
  line.hear((message) => {
    if (message.kind === 'play') {
      try {
        instance = new Instance(makeWorld(options), line, message.part)
        instance.start().catch((error: unknown) => line.say({ kind: 'failed', error: failureOf(error) }))
      } catch (error) {
        line.say({ kind: 'failed', error: failureOf(error) })
      }
    } else {
      instance?.hear(message)
    }
  })
  installClock()
  line.say({ kind: 'loaded' })
}

interface Waiting {
  readonly go: (order: { readonly how: How; readonly seed: number | undefined }) => void
  armed: () => void
  on: () => void
  readonly patience: AbortController
}

export class Instance implements Gate, Doer {
  readonly #hosted: Hosted
  readonly #store: PostgresStore
  readonly #publisher: Publisher
  readonly #inbound: Inbound
  readonly #waiting = new Map<number, Waiting>()
  readonly #timers = new Map<number, () => void>()
  readonly #incoming = new Map<number, Incoming>()
  #now: number
  /** Of what is no operation of the code: messages that arrive, timers. */
  #nextId = -1
  readonly #ended = new Map<Task, number | undefined>()

  constructor(
    private readonly world: World,
    private readonly line: Line,
    private readonly part: Part,
  ) {
    this.#now = part.now
    const { node, definition } = this.#place()
    const now = (): number => this.#now
    this.#hosted = new Hosted({
      world,
      slot: part.slot,
      incarnation: part.incarnation,
      gate: this,
      doer: this,
      clock: {
        get now() {
          return now()
        },
        later: (milliseconds, callback) => this.#later(milliseconds, callback),
        skew: part.skew ?? 0,
        chance: definition.crashes ? part.chance : undefined,
      },
      seeded: part.seeded,
      fail: (error) => line.say({ kind: 'failed', error: failureOf(error) }),
      ended: (task) => line.say({ kind: 'ended', task: task.label, exchange: (task.payload as Partial<RequestRecord> | undefined)?.exchange }),
      thrown: (task, error) => line.say({ kind: 'thrown', task: task.label, ...error }),
    })
    this.#store = new PostgresStore(part.database, part.prefix, node.name)
    this.#publisher = new Publisher(part.publish, part.prefix, (reason) => line.say({ kind: 'failed', error: { of: 'workshop', explanation: blocked(reason) } }))
    this.#inbound = new Inbound(part.consume, part.prefix, node.name, definition.concurrency)
  }

  async start(): Promise<void> {
    const { node, definition } = this.#place()
    const listening = parts(this.world).network.server(node.name) !== undefined && node.kind !== 'endpoint' ? await listen((incoming) => this.#serve(incoming)) : undefined
    await Promise.all([...(node.kind === 'browser' ? [] : [this.#store.open()]), this.#publisher.open()])
    const first = this.#hosted.boot()
    const ready = (): void => this.line.say({ kind: 'ready', port: listening?.port })
    if (first !== undefined) {
      this.#begin(first)
      setImmediate(ready) // its code has gone as far as it gets
      return
    }
    ready()
    if (definition.kind === 'endpoint') await this.#inbound.consume((record) => void this.#handle(record))
  }

  get process(): Process {
    return this.#hosted.process
  }

  async close(): Promise<void> {
    await Promise.all([this.#store.close(), this.#publisher.close(), this.#inbound.close()])
  }

  hear(message: Exclude<ToInstance, { kind: 'play' }>): void {
    if ('now' in message) this.#now = message.now
    if (message.kind === 'go') this.#waiting.get(message.id)?.go({ how: message.how, seed: message.seed })
    else if (message.kind === 'armed') this.#waiting.get(message.id)?.armed()
    else if (message.kind === 'on') this.#waiting.get(message.id)?.on()
    else this.#fire(message.id)
  }

  async enter(request: SystemRequest, operation: Operation): Promise<Clearance> {
    // A receive loop waits for as long as it takes: only when a message has come, it asks whether it may have it.
    if (request.kind === 'receive') return { how: 'plain', reach: () => Promise.resolve(), patience: new AbortController().signal }
    return this.#ask(describeAsk(request, operation))
  }

  async leave(operation: Operation, result: Result): Promise<void> {
    const request = requests.get(operation)
    if (request !== undefined) await this.#report(describeDone(request, operation, result, orders.get(operation) ?? 'plain'))
  }

  /** Says what came of an operation, and comes back when its code may go on. */
  async #report(done: Done): Promise<void> {
    const waiting = this.#waiting.get(done.id)
    await new Promise<void>((resolve) => {
      if (waiting !== undefined) waiting.on = resolve
      this.line.say({ kind: 'done', done })
    })
    this.#waiting.delete(done.id)
  }

  quiet({ sequence }: Operation): void {
    this.line.say({ kind: 'quiet', id: sequence })
  }

  async perform(request: SystemRequest, operation: Operation, clearance: Clearance): Promise<unknown> {
    requests.set(operation, request)
    orders.set(operation, clearance.how)
    switch (request.kind) {
      case 'get':
      case 'list':
      case 'commit':
        return this.#store.perform(request, clearance)
      case 'send':
        return this.#publisher.send(request.destination, request.letter, request.delay, clearance)
      case 'receive':
        return this.#receive(operation)
      case 'settle':
        return this.#inbound.settle(request.record, request.how, clearance)
      case 'request':
        return callHttp(this.part.network, request.host, request.wire, { task: taskOf(request.wire, operation), client: `${this.part.slot}.${operation.sequence}` }, clearance.patience, request.timeout)
      case 'respond':
        this.#incoming.get(request.exchange)?.answer(request.response)
        this.#incoming.delete(request.exchange)
        return undefined
      case 'redrive':
        return this.#publisher.redrive(request.endpoint)
      case 'outage':
        // Whoever manages this process starts it again.
        return process.exit(1)
    }
  }

  /** A message for a handler. */
  async #handle(record: DeliveryRecord): Promise<void> {
    const id = this.#id()
    const { seed } = await this.#leaveToReceive(id, record)
    // Every delivery counts, also one after which its process has died: RabbitMQ's own limit would not count rejections.
    if (record.deliveryCount > parts(this.world).broker.settings.maxDeliveries) {
      await this.#giveUp(record)
      this.line.say({ kind: 'quiet', id })
      return
    }
    this.#begin({ hash: 0, seed: seed ?? chance(), label: taskLabel(record), payload: record })
    setImmediate(() => this.line.say({ kind: 'quiet', id }))
  }

  async #giveUp(record: DeliveryRecord): Promise<void> {
    const id = this.#id()
    const { deliveryCount, type, id: messageId, text, headers } = record
    const reason = spentReason({ deliveryCount: deliveryCount - 1 })
    const clearance = await this.#ask({ id, kind: 'settle', verb: 'dead-letter', text: `dead-letter ${type} ${messageId}`, task: taskLabel(record), reason, deliveryCount: deliveryCount - 1, message: { id: messageId, type, text, headers } })
    await this.#inbound.settle({ ...record, deliveryCount: deliveryCount - 1 }, { verb: 'dead-letter', reason }, clearance)
    await this.#report({ id, error: undefined, outcome: reason, asOrdered: true })
    this.line.say({ kind: 'quiet', id })
  }

  /** A message for a receive loop. */
  async #receive({ sequence }: Operation): Promise<DeliveryRecord> {
    this.line.say({ kind: 'receiving' })
    const record = await this.#inbound.receiveOne()
    await this.#leaveToReceive(sequence, record)
    return record
  }

  async #leaveToReceive(id: number, record: DeliveryRecord): Promise<{ readonly seed: number | undefined }> {
    const { id: messageId, type, text, headers, deliveryCount } = record
    return this.#leave({ id, kind: 'receive', text: `${type} ${messageId}`, task: taskLabel(record), message: { id: messageId, type, text, headers }, deliveryCount })
  }

  /** A request for a route. */
  #serve(incoming: Incoming): void {
    const exchange = incoming.tags.exchange ?? 0
    this.#incoming.set(exchange, incoming)
    const payload: RequestRecord = { request: incoming.wire, client: { slot: 0, incarnation: 1, sequence: 0 }, exchange }
    this.#begin({ hash: 0, seed: chance(), label: incoming.tags.task, payload })
    setImmediate(() => this.line.say({ kind: 'begun', exchange }))
  }

  #begin(start: TaskStart): void {
    void this.#hosted.run(start)
  }

  async #ask(ask: Ask): Promise<Clearance> {
    const { how } = await this.#leave(ask)
    const waiting = this.#waiting.get(ask.id)
    return {
      how,
      patience: waiting?.patience.signal ?? new AbortController().signal,
      reach: () =>
        new Promise((resolve) => {
          if (waiting !== undefined) waiting.armed = resolve
          this.line.say({ kind: 'reached', id: ask.id })
        }),
    }
  }

  #leave(ask: Ask): Promise<{ readonly how: How; readonly seed: number | undefined }> {
    return new Promise((resolve) => {
      this.#waiting.set(ask.id, { go: resolve, armed: nothing, on: nothing, patience: new AbortController() })
      this.line.say({ kind: 'ask', ask })
    })
  }

  #later(milliseconds: number, callback: () => void): () => void {
    const id = this.#id()
    this.#timers.set(id, callback)
    this.line.say({ kind: 'timer', id, due: this.#now + milliseconds })
    return () => {
      if (this.#timers.delete(id)) this.line.say({ kind: 'cleared', id })
    }
  }

  /** A timer of the code, or a client's patience. */
  #fire(id: number): void {
    const callback = this.#timers.get(id)
    if (callback === undefined) {
      this.#waiting.get(id)?.patience.abort()
      return
    }
    this.#timers.delete(id)
    callback()
    setImmediate(() => this.line.say({ kind: 'quiet', id }))
  }

  #place(): World['slots'][number] {
    const place = this.world.slots[this.part.slot]
    if (place !== undefined) return place
    throw new HarnessError({ what: `There is no process at place ${this.part.slot}.`, why: 'The check has changed since its processes were counted.', next: 'Run the command again.' })
  }

  #id(): number {
    this.#nextId -= 1
    return this.#nextId
  }
}

/** What was asked for, and how it went, until it is reported. */
const requests = new WeakMap<Operation, SystemRequest>()
const orders = new WeakMap<Operation, How>()

function nothing(): void {
  // Nobody waits yet.
}

/** What a story calls the work on a request. Two clicks on the same button are two requests: the second says so. */
function taskOf({ method, path }: WireRequest, { number }: Operation): string {
  return number > 1 ? `${method} ${path} #${number}` : `${method} ${path}`
}

function chance(): number {
  return randomBytes(6).readUIntBE(0, 6)
}

export function failureOf(error: unknown): Failure {
  if (error instanceof MisuseError) return { of: 'code', explanation: error.explanation }
  if (error instanceof HarnessError) return { of: 'workshop', explanation: error.explanation }
  const refused = refusedBy(error)
  if (refused !== undefined) return { of: 'workshop', explanation: refused }
  const what = error instanceof Failed ? error.message : nameThrown(error)
  return { of: 'workshop', explanation: { what: `A process of the system stopped: ${what}`, why: 'That is no error of the code under test, so nothing can be said of it.', next: 'Run the command again; if it happens again, please report it.' } }
}
