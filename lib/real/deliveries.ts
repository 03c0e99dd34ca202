import type { World } from '../simulation/index.js'
import { parts } from '../system/index.js'
import type { Activity } from './activity.js'
import { Books } from './books.js'
import type { Go, Moment } from './conductor.js'
import type { Ask, Done } from './protocol.js'
import type { Stage } from './stage.js'
import type { Timetable } from './timetable.js'

/** Keeps the books of what the broker has, by what becomes of operations; and puts copies into queues. */
export class Deliveries {
  readonly #books = new Books()
  /** Receive loops that wait for a message. */
  readonly #receiving = new Set<number>()
  #came = 0

  constructor(
    private readonly world: World,
    private readonly timetable: Timetable,
    private readonly activity: Activity,
    private readonly stage: () => Stage | undefined,
    /** The broker has got one message more. */
    private readonly onSent: () => void,
  ) {}

  /** When the next of those messages is due that wait for their time; virtual milliseconds. */
  get nextDue(): number {
    return this.#books.nextDue
  }

  /** A receive loop asks for a message. */
  receiving(slot: number): void {
    this.#receiving.add(slot)
    this.activity.lookSoon()
  }

  received({ slot, ask, name }: Moment): void {
    this.#receiving.delete(slot)
    this.#books.received(slot, name, ask.message?.id ?? '')
  }

  /**
   * A message has waited in its queue. That queue's time to live is real, and short; whoever is to get it gets it when its time has come by the clock.
   *
   * @param release puts it into the queue of its endpoint.
   */
  async came(endpoint: string, id: string, release: () => Promise<void>): Promise<void> {
    const wait = await this.#books.came(endpoint, id)
    const key = `due ${endpoint} ${id} ${(this.#came += 1)}`
    await new Promise<void>((resolve) => {
      this.timetable.add({ key, due: wait.due, run: resolve })
      this.activity.lookSoon()
    })
    this.activity.begin(key)
    await release()
    this.#books.released(wait)
    this.activity.end(key)
  }

  /** Enters into the books what the broker now has. */
  async enter({ slot, name, ask }: Moment, order: Go, { error, moved = 0 }: Done): Promise<void> {
    for (let letter = 0; letter < moved; letter++) this.#books.arrived(ask.subject ?? '')
    const arrived = error === undefined || order.how === 'answer lost'
    if ((ask.kind === 'send' || ask.kind === 'publish') && arrived && order.how !== 'request lost' && order.how !== 'refused') {
      const endpoints = ask.kind === 'send' ? [ask.subject ?? ''] : parts(this.world).broker.subscribers(ask.subject ?? '').map((queue) => queue.name)
      for (const endpoint of endpoints) {
        this.#books.arrived(endpoint)
        if (ask.kind === 'send' && ask.delay !== undefined) this.#books.waits(endpoint, ask.message?.id ?? '', this.world.now + ask.delay)
      }
      this.onSent()
      if (order.copy !== undefined && order.copy.kept !== true) await this.copy(order.copy, ask)
    }
    if (ask.kind !== 'settle' || ask.verb === 'renew') return
    const id = ask.message?.id ?? ''
    this.#books.letGo(slot, name, id)
    if (error !== undefined && order.how !== 'answer lost') return
    if (ask.verb !== 'abandon') this.#books.settled(name)
    else if ((ask.delay ?? 0) > 0) this.#books.waits(name, id, this.world.now + (ask.delay ?? 0))
  }

  async copy({ queue, late }: { readonly queue: string; readonly late: boolean }, { message }: Ask): Promise<void> {
    if (message === undefined) return
    const put = async (): Promise<void> => {
      this.#books.arrived(queue)
      await this.stage()?.copy(queue, message)
    }
    if (!late) return put()
    const key = `copy ${message.id}`
    this.timetable.add({
      key,
      due: this.world.now + parts(this.world).broker.settings.lateness,
      run: () => {
        this.activity.begin(key)
        void put().finally(() => this.activity.end(key))
      },
    })
  }

  /** A process has died: the broker gives what it held to somebody else. */
  died(slot: number): void {
    this.#books.died(slot)
    this.#receiving.delete(slot)
  }

  /** A message lies in a queue, and somebody is free to get it. */
  get isOnItsWay(): boolean {
    return this.world.slots.some(({ node, definition }, slot) => {
      if (node.kind !== 'endpoint' || this.#books.ready(node.name) <= 0) return false
      return definition.autostart === true ? this.#receiving.has(slot) : this.#books.holds(slot) < definition.concurrency
    })
  }

  describe(): string {
    return this.#books.describe(this.stage()?.endpoints ?? [])
  }
}
