import type { World } from '../simulation/index.js'
import { parts } from '../system/index.js'
import type { Activity } from './activity.js'
import type { Conductor, Go, Kill, Moment } from './conductor.js'
import type { Deliveries } from './deliveries.js'
import type { Happening } from './happening.js'
import type { Peers } from './peers.js'
import type { Actor } from './processes.js'
import type { Ask, Done } from './protocol.js'
import type { Timetable } from './timetable.js'
import { Turns } from './turns.js'

export interface OperationsOptions {
  readonly world: World
  readonly conductor: Conductor
  readonly activity: Activity
  readonly timetable: Timetable
  readonly deliveries: Deliveries
  readonly peers: Peers
  readonly onHappened: (happening: Happening) => void
  /** True where promises are asked after every step: so operations happen one at a time. */
  readonly asksAlways: () => boolean
  /** Makes sure that an event of a type can be published. */
  readonly allow: (type: string) => Promise<void>
  readonly judge: () => Promise<void>
  readonly kill: (slot: number, moment: Moment) => Promise<void>
  readonly isGone: (slot: number, actor: Actor) => boolean
}

/** What processes do, one operation at a time: asks the conductor before and after each, and has it happen as it says. */
export class Operations {
  /** Every operation that happened, in the order in which they did. */
  readonly happened: Happening[] = []
  /** Operations under way, by process and number. */
  readonly #open = new Map<string, { readonly moment: Moment; order: Go }>()
  /** Processes that die as soon as what they have under way has happened: else nobody would know whether it has. */
  readonly #doomed = new Map<number, () => void>()
  readonly #turns = new Turns()

  constructor(private readonly options: OperationsOptions) {}

  /** How an operation is to go that is under way. */
  orderOf(key: string): Go | undefined {
    return this.#open.get(key)?.order
  }

  isDoomed(slot: number): boolean {
    return this.#doomed.has(slot)
  }

  /** What a process goes down by itself for, if it does. */
  outageOf(slot: number): Moment | undefined {
    return [...this.#open].find(([key, { moment }]) => key.startsWith(`${slot}.`) && moment.ask.kind === 'outage')?.[1].moment
  }

  /** A process wants to do something. */
  async asked(slot: number, actor: Actor, ask: Ask): Promise<void> {
    const { world, conductor, activity, timetable, deliveries, peers, isGone } = this.options
    const key = `${slot}.${ask.id}`
    const place = world.slots[slot]
    if (place === undefined) return
    activity.begin(key)
    if (slot === 0) activity.end('scenario')
    const outcomes = ask.kind === 'request' ? peers.outcomesOf(ask.subject ?? '') : []
    const moment: Moment = { slot, name: actor.name, instance: place.instance, instances: place.node.slots.length, kind: place.node.kind, mortal: place.definition.crashes, incarnation: actor.incarnation, ask, outcomes }
    if (ask.kind === 'receive') deliveries.received(moment)
    const decided = conductor.before(moment)
    const order = decided instanceof Promise ? await activity.hold(key, decided) : decided
    if (isGone(slot, actor) || this.#doomed.has(slot)) return
    if (order.kind === 'kill') return this.options.kill(slot, moment)
    if (ask.kind === 'publish') await this.options.allow(ask.subject ?? '')
    if (this.#serialises(ask)) await this.#turns.take(key)
    if (isGone(slot, actor)) {
      this.#turns.pass(key)
      return
    }
    this.#open.set(key, { moment, order })
    if (ask.kind === 'receive' || ask.kind === 'request') this.note(moment, order, undefined)
    if (ask.kind === 'request') timetable.add({ key, due: world.now + (ask.delay ?? 0), run: () => this.fire(actor, slot, ask.id) })
    if (order.how === 'refused') this.cutAt(actor, slot, ask.id)
    actor.say({ kind: 'go', id: ask.id, how: order.how, now: world.now, ...(order.seed === undefined ? {} : { seed: order.seed }) })
  }

  /** The connection is to be cut at what comes next. */
  cutAt(actor: Actor, slot: number, id: number): void {
    const open = this.#open.get(`${slot}.${id}`)
    if (open === undefined || actor.doors === undefined) return
    actor.doors.order(open.moment.ask.kind, open.order.how)
    if (open.order.how !== 'refused') actor.say({ kind: 'armed', id })
  }

  /** An operation has happened, and its code does not know yet. */
  async done(slot: number, actor: Actor, done: Done): Promise<void> {
    const { world, conductor, activity, timetable, deliveries } = this.options
    const key = `${slot}.${done.id}`
    const open = this.#open.get(key)
    if (open === undefined) return
    activity.begin(key)
    timetable.remove(key)
    if (open.order.how === 'refused') actor.doors?.reopen()
    await deliveries.enter(open.moment, open.order, done)
    if (open.moment.ask.kind !== 'receive' && (open.moment.ask.kind !== 'request' || done.error !== undefined)) this.note(open.moment, open.order, done)
    await this.options.judge()
    this.#turns.pass(key)
    if (this.#doomed.has(slot)) {
      this.#open.delete(key)
      this.#doomed.get(slot)?.()
      return
    }
    const next = await conductor.after(open.moment, done)
    if (this.options.isGone(slot, actor)) return
    this.#open.delete(key)
    if (next === 'kill') return this.options.kill(slot, open.moment)
    actor.say({ kind: 'on', id: done.id, now: world.now })
    if (next === 'kill soon') return this.options.kill(slot, open.moment)
  }

  /** A timer is over, or a client's patience. */
  fire(actor: Actor, slot: number, id: number): void {
    this.options.activity.begin(`${slot}.${id}`)
    actor.say({ kind: 'fire', id, now: this.options.world.now })
  }

  note(moment: Moment, order: Go | Kill, done: Done | undefined): void {
    const { world, peers } = this.options
    const { kind, subject = '', exchange = 0 } = moment.ask
    const receivers = kind === 'publish' ? parts(world).broker.subscribers(subject).map(({ name }) => name) : []
    const peer = kind === 'respond' ? peers.clientOf(exchange, (client) => this.orderOf(client)?.how === 'answer lost') : kind === 'request' ? peers.hostOf(subject) : undefined
    const happening: Happening = { moment, order, done, at: world.now, receivers, ...(peer === undefined ? {} : { peer }) }
    this.happened.push(happening)
    this.options.onHappened(happening)
  }

  /** A process is about to die at an operation: whatever else it has under way happens first. @param isOver true when nobody waits any more. */
  async finishOthers(slot: number, { ask }: Moment, isOver: () => boolean): Promise<void> {
    this.#open.delete(`${slot}.${ask.id}`)
    const isUnderWay = (): boolean => [...this.#open].some(([key, { moment }]) => key.startsWith(`${slot}.`) && moment.ask.kind !== 'request' && moment.ask.kind !== 'receive')
    while (isUnderWay() && !isOver()) await new Promise<void>((resolve) => this.#doomed.set(slot, resolve))
    this.#doomed.delete(slot)
  }

  /** A process is gone. */
  forget(slot: number): void {
    const prefix = `${slot}.`
    for (const key of [...this.#open.keys()]) if (key.startsWith(prefix)) this.#open.delete(key)
    this.#turns.passAll(prefix)
  }

  #serialises({ kind }: Ask): boolean {
    return this.options.asksAlways() && kind !== 'receive' && kind !== 'request' && kind !== 'respond' && kind !== 'outage'
  }
}
