import { randomBytes } from 'node:crypto'
import type { PaymentBooked } from '../../driveway.js'
import { spentReason, taskLabel, type DeliveryRecord } from '../../broker/index.js'
import type { WrittenCheck } from '../../exploration/written-check.js'
import { HarnessError, type Operation, type World } from '../../simulation/index.js'
import { parts, type SystemRequest } from '../../system/index.js'
import { Hosted, type Clearance, type Doer, type Gate } from '../hosting.js'
import { Inbound } from '../inbound.js'
import { failureOf, makeWorld } from '../instance.js'
import { Publisher } from '../publisher.js'
import { PostgresStore } from '../store.js'
import { isIn } from './payments.js'
import { plain } from './plain.js'
import type { FromConsumer, LoadPart, ToConsumer } from './protocol.js'

/** The line to the director. */
export interface LoadLine {
  say(message: FromConsumer): void
  hear(take: (message: ToConsumer) => void): void
}

/**
 * How often a message is delivered before it is given up. More than the five of the exercises: under load a message may meet several kills, and several
 * other payments of its customer, without anything being wrong.
 */
export const mostDeliveries = 25

/** Plays a consumer under load: it receives as fast as it can, and waits for nobody's leave. */
export function playConsumer(options: WrittenCheck['options'], line: LoadLine): void {
  let consumer: Consumer | undefined
  const failed = (error: unknown): void => line.say({ kind: 'failed', error: failureOf(error) })
  line.hear((message) => {
    if (message.kind === 'play') {
      try {
        const { part } = message
        const world = makeWorld({ ...options, ...(part.plain ? { system: () => [plain], instances: {} } : {}), broker: { ...options.broker, maxDeliveries: mostDeliveries } })
        consumer = new Consumer(world, part, line)
        consumer.open().catch(failed)
      } catch (error) {
        failed(error)
      }
    } else if (message.kind === 'begin') consumer?.begin().catch(failed)
    else consumer?.allow(message.type)
  })
  line.say({ kind: 'loaded' })
}

class Consumer implements Gate, Doer {
  readonly #hosted: Hosted
  readonly #store: PostgresStore
  readonly #publisher: Publisher
  readonly #inbound: Inbound
  readonly #counts = { handled: 0, held: 0, failed: 0, last: 0 }
  #changed = false
  readonly #allowed: Set<string>
  /** Who waits until events of a type can be published. */
  readonly #asked = new Map<string, { readonly promise: Promise<void>; readonly resolve: () => void }>()

  constructor(
    private readonly world: World,
    private readonly part: LoadPart,
    private readonly line: LoadLine,
  ) {
    const slot = world.slots.findIndex(({ node }) => node.name === part.endpoint)
    const concurrency = world.slots[slot]?.definition.concurrency ?? 1
    const began = performance.now()
    this.#allowed = new Set(parts(world).broker.endpoints.flatMap(({ types }) => types))
    this.#hosted = new Hosted({
      world,
      slot,
      incarnation: 1,
      gate: this,
      doer: this,
      clock: {
        get now() {
          return performance.now() - began
        },
        later: (milliseconds, callback) => {
          const timer = setTimeout(callback, milliseconds)
          return () => clearTimeout(timer)
        },
        skew: 0,
        chance: undefined,
      },
      seeded: false,
      fail: (error) => line.say({ kind: 'failed', error: failureOf(error) }),
      ended: () => this.#count({ held: -1 }),
      thrown: () => undefined,
    })
    this.#store = new PostgresStore(part.database, part.prefix, part.endpoint)
    this.#publisher = new Publisher(part.publish, part.prefix)
    this.#inbound = new Inbound(part.consume, part.prefix, part.endpoint, concurrency)
  }

  /** Connects, so that it can begin at once. */
  async open(): Promise<void> {
    await Promise.all([again(() => this.#store.open()), again(() => this.#publisher.open())])
    this.#hosted.boot()
    setInterval(() => this.#report(), reportEvery)
    this.line.say({ kind: 'ready' })
  }

  async begin(): Promise<void> {
    await again(() => this.#inbound.consume((received) => void this.#handle(received).catch((error: unknown) => this.line.say({ kind: 'failed', error: failureOf(error) }))))
  }

  allow(type: string): void {
    this.#allowed.add(type)
    this.#asked.get(type)?.resolve()
    this.#asked.delete(type)
  }

  enter(): Promise<Clearance> {
    return Promise.resolve(freely)
  }

  leave(): Promise<void> {
    return Promise.resolve()
  }

  quiet(): void {
    // Nobody waits for it.
  }

  async perform(request: SystemRequest, _operation: Operation, clearance: Clearance): Promise<unknown> {
    switch (request.kind) {
      case 'get':
      case 'list':
      case 'commit':
        return this.#store.perform(request, clearance)
      case 'send':
        if (request.destination === undefined) await this.#mayPublish(request.letter.type)
        return this.#publisher.send(request.destination, { ...request.letter, id: longer(request.letter.id) }, request.delay, clearance)
      case 'settle':
        await this.#inbound.settle(request.record, request.how, clearance)
        if (request.how.verb === 'ack') this.#count({ handled: 1 })
        if (request.how.verb === 'abandon') this.#count({ failed: 1 })
        return undefined
      default:
        throw new HarnessError({ what: `Under load, nobody can do a "${request.kind}".`, why: 'Only what a handler of messages does is run there: its store, its messages.', next: `npm run real without --load runs everything.` })
    }
  }

  async #handle(record: DeliveryRecord): Promise<void> {
    this.#count({ held: 1 })
    if (record.deliveryCount > 1) this.line.say({ kind: 'again', again: { id: record.id, deliveryCount: record.deliveryCount, returned: record.deliveryCount - record.failures > 1, done: await this.#isDone(record) } })
    if (record.deliveryCount > mostDeliveries) {
      await this.#inbound.settle(record, { verb: 'dead-letter', reason: spentReason({ deliveryCount: mostDeliveries }) }, freely).catch(() => undefined) // it comes again
      this.#count({ held: -1 })
      return
    }
    await this.#hosted.run({ hash: 0, seed: randomBytes(6).readUIntBE(0, 6), label: taskLabel(record), payload: record })
  }

  /** By what stands in the store before the handler begins. What cannot be found out does not count. */
  async #isDone({ id, type, text }: DeliveryRecord): Promise<boolean> {
    const read = async (collection: string, key: string): Promise<unknown> => {
      const row = (await this.#store.perform({ kind: 'get', collection, id: key }, freely)) as readonly [number, string] | null
      return row === null ? undefined : JSON.parse(row[1])
    }
    try {
      if (type !== 'PaymentBooked') return (await read('vouchers', id)) !== undefined
      const { customer, amount } = JSON.parse(text) as PaymentBooked
      const found = (await read('customers', customer)) as { readonly total?: unknown } | null | undefined
      return isIn(found?.total, amount)
    } catch {
      return false
    }
  }

  /** An exchange that is not there would close the channel; one for events that nobody wants is made when they are first published. */
  async #mayPublish(type: string): Promise<void> {
    if (this.#allowed.has(type)) return
    let asked = this.#asked.get(type)
    if (asked === undefined) {
      let resolve = (): void => undefined
      const promise = new Promise<void>((done) => (resolve = done))
      asked = { promise, resolve }
      this.#asked.set(type, asked)
      this.line.say({ kind: 'allow', type })
    }
    await asked.promise
  }

  #count({ handled = 0, held = 0, failed = 0 }: { readonly handled?: number; readonly held?: number; readonly failed?: number }): void {
    this.#counts.handled += handled
    this.#counts.held += held
    this.#counts.failed += failed
    if (handled > 0) this.#counts.last = Date.now()
    this.#changed = true
  }

  #report(): void {
    if (!this.#changed) return
    this.#changed = false
    this.line.say({ kind: 'counts', counts: { ...this.#counts } })
  }
}

/** Connections are cut at any moment, also while they come about. */
async function again(open: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await open()
      return
    } catch (error) {
      if (attempt === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/**
 * Ids that code has not given itself have 32 bits, which do for a simulation. Among 50,000 of them two would be equal in every fourth run, and one of
 * the two messages would pass for a copy.
 */
function longer(id: string): string {
  return /^m-[0-9a-f]{8}$/.test(id) ? `${id}${randomBytes(8).toString('hex')}` : id
}

/** Milliseconds. */
const reportEvery = 100

const freely: Clearance = { how: 'plain', reach: () => Promise.resolve(), patience: new AbortController().signal }
