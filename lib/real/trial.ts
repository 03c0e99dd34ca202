import type { Violation } from '../exploration/judge.js'
import { clicksOf } from '../exploration/scenario.js'
import type { DrawnScenario, WrittenCheck } from '../exploration/written-check.js'
import { HarnessError, type Alternative, type Participant, type World, type WorldView } from '../simulation/index.js'
import { parts } from '../system/index.js'
import { through } from './addresses.js'
import { Balancer } from './balancer.js'
import { Books } from './books.js'
import type { Conductor, Go, Kill, Moment } from './conductor.js'
import type { Crew, Player } from './crew.js'
import { Door } from './door.js'
import { Instance, makeWorld, type Line } from './instance.js'
import { Judging } from './judging.js'
import type { Claim } from './leftovers.js'
import { nameExecution } from './names.js'
import type { Ask, Done, Failure, FromInstance, Part, ToInstance } from './protocol.js'
import type { Services } from './services.js'
import { setStage, type Stage } from './stage.js'
import { Timetable } from './timetable.js'

export interface TrialOptions {
  readonly options: WrittenCheck['options']
  readonly scenario: DrawnScenario
  readonly services: Services
  readonly claim: Claim
  readonly crew: Crew
  /** Numbers the executions of a run. */
  readonly number: number
  readonly conductor: Conductor
  /** True for random values that the simulator would draw, where the conductor knows their seeds. */
  readonly seeded?: boolean
  readonly onHappened?: (happening: Happening) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds in which something has to happen, or the trial is given up. */
  readonly patience?: number
}

/** Something that has happened. */
export interface Happening {
  readonly moment: Moment
  /** What the conductor had decided. */
  readonly order: Go | Kill
  /** What came of it; nothing for what begins something: a message that is received, a request that leaves. */
  readonly done: Done | undefined
  /** Virtual milliseconds. */
  readonly at: number
  /** Who gets what was sent. */
  readonly receivers: readonly string[]
  /** Whom a request or a response reaches, if that is a process, and whether it was lost on its way. */
  readonly peer?: { readonly participant: Participant; readonly lost: boolean }
}

/** What came of one execution. */
export interface Outcome {
  readonly violation: Violation | undefined
  /** Something that keeps it from being judged. */
  readonly failure: Failure | undefined
  /** Every operation that happened, in the order in which they did. */
  readonly happened: readonly Happening[]
  /** Promises that could not be asked, each with the reason. */
  readonly unasked: ReadonlyMap<string, string>
  readonly thrown: readonly { readonly name: string; readonly task: string; readonly error: string; readonly site: string | undefined }[]
  /** How often the clock was put forward, and by how many milliseconds in all. */
  readonly jumps: number
  readonly skipped: number
  /** What the queues and stores held at the end. */
  readonly state: Judging['state']
}

/** Runs a system once, for real: from the start of its processes until nothing is left to do. */
export async function runTrial(options: TrialOptions): Promise<Outcome> {
  const trial = new Trial(options)
  try {
    return await trial.run()
  } finally {
    await trial.close()
  }
}

interface Actor {
  readonly name: string
  readonly incarnation: number
  readonly say: (message: ToInstance) => void
  readonly player: Player | undefined
  readonly doors: Doors | undefined
}

interface Doors {
  readonly database: Door
  readonly publish: Door
  readonly consume: Door
}

class Trial {
  readonly #world: World
  readonly #prefix: string
  readonly #books = new Books()
  readonly #timetable: Timetable
  readonly #balancer: Balancer
  readonly #actors = new Map<number, Actor>()
  /** Whatever goes on: while there is something, time stands still. */
  readonly #busy = new Set<string>()
  /** Operations under way, by process and number. */
  readonly #waitingForLeave = new Set<string>()
  readonly #open = new Map<string, { readonly moment: Moment; order: Go }>()
  readonly #happened: Happening[] = []
  /** Processes that die as soon as what they have under way has happened: else nobody would know whether it has. */
  readonly #doomed = new Map<number, () => void>()
  readonly #thrown: Outcome['thrown'][number][] = []
  /** Receive loops that wait for a message. */
  readonly #receiving = new Set<number>()
  readonly #outages: Record<string, readonly string[]> = {}
  /** Operations happen one at a time where promises are asked in between. */
  #turn: Promise<void> = Promise.resolve()
  #scenario: Instance | undefined
  #scenarioEnded = false
  #stage: Stage | undefined
  #judging: Judging | undefined
  #ended = false
  #end: (failure?: Failure) => void = () => undefined
  #lastProgress = performance.now()

  constructor(private readonly options: TrialOptions) {
    this.#world = makeWorld(options.options, (means) => options.scenario.run(means))
    this.#prefix = nameExecution(options.claim.run, options.number)
    const world = this.#world
    this.#timetable = new Timetable({
      get now() {
        return world.now
      },
      advance: (to) => world.advance(to),
    })
    this.#balancer = new Balancer(parts(world).network, {
      routeOf: (client) => {
        const order = this.#open.get(client)?.order
        return { how: order?.how ?? 'plain', outcome: order?.outcome }
      },
      moving: (exchange, moving) => (moving ? this.#busy.add(`exchange ${exchange}`) : this.#free(`exchange ${exchange}`)),
      left: (client) => this.#free(client),
      returning: (client) => {
        if (this.#open.has(client)) this.#busy.add(client)
      },
      answered: () => void this.#judgeNow(),
    })
  }

  async run(): Promise<Outcome> {
    const { options, services, claim } = this.options
    const ended = new Promise<Failure | undefined>((resolve) => (this.#end = resolve))
    this.#stage = await setStage(services, claim, this.#prefix, this.#world, (options.documents ?? {}) as Parameters<typeof setStage>[4])
    this.#judging = new Judging(options, this.#stage, () => ({ clicks: this.#scenario === undefined ? [] : clicksOf([this.#scenario.process]), ledgers: this.#ledgers() }))
    await this.#balancer.open()
    const watch = setInterval(() => this.#watch(), 500)
    const interrupt = (): void => this.#end(interrupted)
    this.options.signal?.addEventListener('abort', interrupt)
    if (this.options.signal?.aborted === true) this.#end(interrupted)
    try {
      this.#busy.add('scenario')
      this.options.conductor.begin?.({ kill: (slot, moment) => void this.#kill(slot, moment).catch((error: unknown) => this.#fail(error)), copy: (queue, { ask }) => void this.#copy({ queue, late: false }, ask).catch((error: unknown) => this.#fail(error)) })
      await Promise.all(this.#world.slots.map((_, slot) => (slot === 0 ? Promise.resolve() : this.#start(slot, 1))))
      await this.#startScenario()
      const failure = await ended
      this.#ended = true
      if (failure === undefined && this.#judging.violation === undefined) {
        await this.#endPlayers()
        await this.#judging.atRest()
      }
      return this.#outcome(failure)
    } finally {
      clearInterval(watch)
      this.options.signal?.removeEventListener('abort', interrupt)
    }
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#endPlayers()
    await this.#scenario?.close()
    this.#balancer.close()
    await this.#stage?.remove()
    this.#world.close()
  }

  #outcome(failure: Failure | undefined): Outcome {
    const judging = this.#judging
    return {
      violation: judging?.violation,
      failure,
      happened: this.#happened,
      unasked: judging?.unasked ?? new Map(),
      thrown: this.#thrown,
      jumps: this.#timetable.jumps,
      skipped: this.#timetable.skipped,
      state: judging?.state,
    }
  }

  async #endPlayers(): Promise<void> {
    const actors = [...this.#actors.values()]
    await Promise.all(actors.map(({ player }) => player?.kill() ?? Promise.resolve()))
    for (const { doors } of actors) closeDoors(doors)
  }

  /** Starts a process, and comes back when it can be given work. */
  async #start(slot: number, incarnation: number): Promise<void> {
    const place = this.#world.slots[slot]
    if (place === undefined || this.#ended) return
    this.#busy.add(`start ${slot}`)
    const { database, broker } = this.options.services.addresses
    const [store, publish, consume] = await Promise.all([Door.open(database), Door.open(broker), Door.open(broker)])
    const doors = { database: store, publish, consume }
    const player = this.options.crew.take({
      heard: (message) => {
        if (this.#actors.get(slot)?.player === player) this.#hear(slot, message)
      },
      ended: (code, complaint) => this.#endedByItself(slot, code, complaint),
    })
    this.#actors.set(slot, { name: place.node.name, incarnation, say: (message) => player.say(message), player, doors })
    player.play({
      slot,
      incarnation,
      prefix: this.#prefix,
      database: through(database, store.port).href,
      publish: through(broker, publish.port).href,
      consume: through(broker, consume.port).href,
      network: this.#balancer.port,
      now: this.#world.now,
      seeded: this.options.seeded === true,
    })
  }

  /** The scenario is played here: it lies outside the system, and nobody cuts its connections. */
  async #startScenario(): Promise<void> {
    const { addresses } = this.options.services
    const part: Part = { slot: 0, incarnation: 1, prefix: this.#prefix, database: addresses.database.href, publish: addresses.broker.href, consume: addresses.broker.href, network: this.#balancer.port, now: 0, seeded: false }
    const line: Line = { say: (message) => this.#hear(0, message), hear: () => undefined }
    const scenario = new Instance(this.#world, line, part)
    this.#scenario = scenario
    this.#actors.set(0, { name: 'scenario', incarnation: 1, say: (message) => (message.kind === 'play' ? undefined : scenario.hear(message)), player: undefined, doors: undefined })
    await this.#allReady()
    await scenario.start()
  }

  #allReady(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#ended || ![...this.#busy].some((key) => key.startsWith('start '))) resolve()
        else setTimeout(look, 5)
      }
      look()
    })
  }

  #hear(slot: number, message: FromInstance): void {
    if (this.#ended) return
    this.#lastProgress = performance.now()
    const actor = this.#actors.get(slot)
    const place = this.#world.slots[slot]
    if (actor === undefined || place === undefined) return
    const key = (id: number): string => `${slot}.${id}`
    switch (message.kind) {
      case 'loaded':
        return
      case 'ready':
        if (message.port !== undefined) this.#balancer.add(actor.name, slot, message.port, place.definition.concurrency)
        this.#free(slot === 0 ? 'scenario starts' : `start ${slot}`)
        return
      case 'ask':
        void this.#asked(slot, actor, message.ask).catch((error: unknown) => this.#fail(error))
        return
      case 'reached':
        this.#cutAt(actor, key(message.id), message.id)
        return
      case 'done':
        void this.#done(slot, actor, message.done).catch((error: unknown) => this.#fail(error))
        return
      case 'quiet':
        this.#free(key(message.id))
        return
      case 'receiving':
        this.#receiving.add(slot)
        this.#lookSoon()
        return
      case 'begun':
        this.#free(`exchange ${message.exchange}`)
        return
      case 'ended':
        if (message.exchange !== undefined) this.#balancer.ended(actor.name, slot, message.exchange)
        if (slot !== 0) return
        this.#scenarioEnded = true
        this.#free('scenario')
        return
      case 'timer':
        this.#timetable.add({ key: key(message.id), due: message.due, run: () => this.#fire(actor, slot, message.id) })
        // The code waits for time alone: the scenario is not busy while it does.
        if (slot === 0) this.#free('scenario')
        return
      case 'cleared':
        this.#timetable.remove(key(message.id))
        return
      case 'thrown': {
        const { name, message: text, task, site } = message
        this.#thrown.push({ name: actor.name, task, error: text === '' ? name : `${name}: ${text}`, site })
        return
      }
      case 'failed':
        this.#end(message.error)
    }
  }

  /** A process wants to do something. */
  async #asked(slot: number, actor: Actor, ask: Ask): Promise<void> {
    const key = `${slot}.${ask.id}`
    const place = this.#world.slots[slot]
    if (place === undefined) return
    this.#busy.add(key)
    if (slot === 0) this.#free('scenario')
    const outcomes = ask.kind === 'request' ? this.#outcomesOf(ask.subject ?? '') : []
    const moment: Moment = { slot, name: actor.name, instance: place.instance, instances: place.node.slots.length, kind: place.node.kind, mortal: place.definition.crashes, incarnation: actor.incarnation, ask, outcomes }
    if (ask.kind === 'receive') await this.#received(moment, key)
    const decided = this.options.conductor.before(moment)
    const order = decided instanceof Promise ? await this.#held(key, decided) : decided
    if (this.#isGone(slot, actor) || this.#doomed.has(slot)) return
    if (order.kind === 'kill') return this.#kill(slot, moment)
    if (ask.kind === 'publish') await this.#stage?.allow(ask.subject ?? '')
    const pass = this.#serialises(ask) ? await this.#takeTurn() : undefined
    if (this.#isGone(slot, actor)) return pass?.()
    this.#open.set(key, { moment, order })
    if (pass !== undefined) this.#passes.set(key, pass)
    if (ask.kind === 'receive' || ask.kind === 'request') this.#note(moment, order, undefined)
    if (ask.kind === 'request') this.#timetable.add({ key, due: this.#world.now + (ask.delay ?? 0), run: () => this.#fire(actor, slot, ask.id) })
    if (order.how === 'refused') this.#cutAt(actor, key, ask.id)
    actor.say({ kind: 'go', id: ask.id, how: order.how, now: this.#world.now, ...(order.seed === undefined ? {} : { seed: order.seed }) })
  }

  /** As long as the conductor makes it wait, nothing goes on there. */
  async #held(key: string, decided: Promise<Go | Kill>): Promise<Go | Kill> {
    this.#waitingForLeave.add(key)
    this.#free(key)
    const order = await decided
    if (this.#waitingForLeave.delete(key)) this.#busy.add(key)
    return order
  }

  #isGone(slot: number, actor: Actor): boolean {
    return this.#actors.get(slot) !== actor || this.#ended
  }

  readonly #passes = new Map<string, () => void>()

  #serialises({ kind }: Ask): boolean {
    return this.#judging?.asksAlways === true && kind !== 'receive' && kind !== 'request' && kind !== 'respond' && kind !== 'outage'
  }

  async #takeTurn(): Promise<() => void> {
    const before = this.#turn
    let pass = (): void => undefined
    this.#turn = new Promise((resolve) => (pass = resolve))
    await before
    return pass
  }

  async #received({ slot, ask, name }: Moment, key: string): Promise<void> {
    this.#receiving.delete(slot)
    const id = ask.message?.id ?? ''
    this.#books.received(slot, name, id)
    if (ask.waited !== true) return
    const due = await this.#books.dueOf(name, id)
    if (due <= this.#world.now) return
    // It has come sooner than it may: a queue's time to live is real, and the clock is not.
    await new Promise<void>((resolve) => {
      this.#timetable.add({ key, due, run: resolve })
      this.#free(key)
    })
    this.#busy.add(key)
  }

  /** The connection is to be cut at what comes next. */
  #cutAt(actor: Actor, key: string, id: number): void {
    const open = this.#open.get(key)
    if (open === undefined || actor.doors === undefined) return
    const { kind } = open.moment.ask
    const door = kind === 'settle' ? actor.doors.consume : kind === 'send' || kind === 'publish' ? actor.doors.publish : actor.doors.database
    door.order(open.order.how)
    if (open.order.how !== 'refused') actor.say({ kind: 'armed', id })
  }

  /** An operation has happened, and its code does not know yet. */
  async #done(slot: number, actor: Actor, done: Done): Promise<void> {
    const key = `${slot}.${done.id}`
    const open = this.#open.get(key)
    if (open === undefined) return
    this.#busy.add(key)
    this.#timetable.remove(key)
    if (open.order.how === 'refused') for (const door of Object.values(actor.doors ?? {}) as Door[]) door.order('plain')
    await this.#enter(open.moment, open.order, done)
    if (open.moment.ask.kind !== 'receive' && (open.moment.ask.kind !== 'request' || done.error !== undefined)) this.#note(open.moment, open.order, done)
    await this.#judgeNow()
    this.#passes.get(key)?.()
    this.#passes.delete(key)
    if (this.#doomed.has(slot)) {
      this.#open.delete(key)
      this.#doomed.get(slot)?.()
      return
    }
    const next = await this.options.conductor.after(open.moment, done)
    if (this.#isGone(slot, actor)) return
    this.#open.delete(key)
    if (next === 'kill') return this.#kill(slot, open.moment)
    actor.say({ kind: 'on', id: done.id, now: this.#world.now })
    if (next === 'kill soon') return this.#kill(slot, open.moment)
  }

  /** Enters into the books what the broker now has. */
  async #enter({ slot, name, ask }: Moment, order: Go, { error, moved = 0 }: Done): Promise<void> {
    for (let letter = 0; letter < moved; letter++) this.#books.arrived(ask.subject ?? '')
    const arrived = error === undefined || order.how === 'answer lost'
    if ((ask.kind === 'send' || ask.kind === 'publish') && arrived && order.how !== 'request lost' && order.how !== 'refused') {
      const endpoints = ask.kind === 'send' ? [ask.subject ?? ''] : parts(this.#world).broker.subscribers(ask.subject ?? '').map((queue) => queue.name)
      for (const endpoint of endpoints) {
        this.#books.arrived(endpoint)
        if (ask.kind === 'send' && ask.delay !== undefined) this.#books.waits(endpoint, ask.message?.id ?? '', this.#world.now + ask.delay)
      }
      this.#judging?.expectSent()
      if (order.copy !== undefined && order.copy.kept !== true) await this.#copy(order.copy, ask)
    }
    if (ask.kind !== 'settle' || ask.verb === 'renew') return
    const id = ask.message?.id ?? ''
    this.#books.letGo(slot, name, id)
    if (error !== undefined && order.how !== 'answer lost') return
    if (ask.verb !== 'abandon') this.#books.settled(name)
    else if ((ask.delay ?? 0) > 0) this.#books.waits(name, id, this.#world.now + (ask.delay ?? 0))
  }

  async #copy({ queue, late }: { readonly queue: string; readonly late: boolean }, { message }: Ask): Promise<void> {
    if (message === undefined) return
    const put = async (): Promise<void> => {
      this.#books.arrived(queue)
      await this.#stage?.copy(queue, message)
    }
    if (!late) return put()
    const key = `copy ${message.id}`
    this.#timetable.add({
      key,
      due: this.#world.now + parts(this.#world).broker.settings.lateness,
      run: () => {
        this.#busy.add(key)
        void put().finally(() => this.#free(key))
      },
    })
  }

  #fire(actor: Actor, slot: number, id: number): void {
    this.#busy.add(`${slot}.${id}`)
    actor.say({ kind: 'fire', id, now: this.#world.now })
  }

  #outcomesOf(host: string): Moment['outcomes'] {
    const anything = { method: 'GET', path: '/', query: {}, headers: {}, text: undefined } as const
    return parts(this.#world).network.responder(host)?.outcomes(anything).map(({ label, fault, note }) => ({ label, fault, note })) ?? []
  }

  #note(moment: Moment, order: Go | Kill, done: Done | undefined): void {
    const { kind, subject = '' } = moment.ask
    const receivers = kind === 'publish' ? parts(this.#world).broker.subscribers(subject).map(({ name }) => name) : []
    const peer = kind === 'respond' ? this.#peerOf(moment.ask.exchange ?? 0) : kind === 'request' ? this.#hostOf(subject) : undefined
    const happening: Happening = { moment, order, done, at: this.#world.now, receivers, ...(peer === undefined ? {} : { peer }) }
    this.#happened.push(happening)
    this.options.onHappened?.(happening)
  }

  #hostOf(host: string): Happening['peer'] {
    const slot = this.#world.nodes.find(({ name, kind, slots }) => name === host && kind !== 'endpoint' && slots.length > 0)?.slots[0]
    return slot === undefined ? undefined : { participant: this.#world.participant(slot), lost: false }
  }

  #peerOf(exchange: number): NonNullable<Happening['peer']> {
    const client = this.#balancer.clientOf(exchange)
    return { participant: this.#world.participant(Number(client.split('.')[0])), lost: this.#open.get(client)?.order.how === 'answer lost' }
  }

  /** The process dies, and starts again with nothing in memory. */
  async #kill(slot: number, moment?: Moment): Promise<void> {
    const actor = this.#actors.get(slot)
    if (actor?.player === undefined || this.#doomed.has(slot)) return
    this.#busy.add(`start ${slot}`)
    if (moment !== undefined) {
      this.#open.delete(`${slot}.${moment.ask.id}`)
      await this.#finishOthers(slot)
      this.#note(moment, { kind: 'kill' }, undefined)
    }
    this.#bury(slot, actor)
    await actor.player.kill()
    closeDoors(actor.doors)
    await this.#start(slot, actor.incarnation + 1)
  }

  /** Whatever else the process has under way happens first. */
  async #finishOthers(slot: number): Promise<void> {
    const isUnderWay = (): boolean => [...this.#open].some(([key, { moment }]) => key.startsWith(`${slot}.`) && moment.ask.kind !== 'request' && moment.ask.kind !== 'receive')
    while (isUnderWay() && !this.#ended) await new Promise<void>((resolve) => this.#doomed.set(slot, resolve))
    this.#doomed.delete(slot)
  }

  #bury(slot: number, { name }: Actor): void {
    this.#actors.delete(slot)
    this.#books.died(slot)
    this.#receiving.delete(slot)
    this.#timetable.removeAll(`${slot}.`)
    this.#balancer.drop(name, slot)
    for (const key of [...this.#open.keys()].filter((each) => each.startsWith(`${slot}.`))) this.#open.delete(key)
    for (const [key, pass] of this.#passes) {
      if (!key.startsWith(`${slot}.`)) continue
      pass()
      this.#passes.delete(key)
    }
    for (const keys of [this.#busy, this.#waitingForLeave]) for (const key of keys) if (key.startsWith(`${slot}.`)) keys.delete(key)
  }

  /** A process manager starts what has gone down; whatever else ends a process is not to be expected. */
  #endedByItself(slot: number, code: number | null, complaint: string): void {
    const actor = this.#actors.get(slot)
    if (actor === undefined || this.#ended) return
    const outage = [...this.#open].find(([key, { moment }]) => key.startsWith(`${slot}.`) && moment.ask.kind === 'outage')?.[1]
    if (outage === undefined) {
      this.#end({ of: 'code', explanation: { what: `A process of ${actor.name} ended by itself${code === null ? '' : `, with code ${code}`}.`, why: complaint === '' ? 'In production its work would be left, and somebody would have to start it again.' : complaint.trim().split('\n').slice(0, 4).join('\n'), next: 'Look for what ends the process: process.exit(), or an error that nobody handles.' } })
      return
    }
    this.#outages[actor.name] = [...new Set([...(this.#outages[actor.name] ?? []), outage.moment.ask.reason ?? ''])].sort()
    void this.#kill(slot).catch((error: unknown) => this.#fail(error))
  }

  #ledgers(): WorldView['ledgers'] {
    const { ledgers } = this.#world.view()
    return Object.keys(this.#outages).length === 0 ? ledgers : { ...ledgers, outages: this.#outages }
  }

  async #judgeNow(): Promise<void> {
    if (this.#judging?.asksAlways !== true || this.#ended) return
    await this.#judging.always()
    if (this.#judging.violation !== undefined) this.#end()
  }

  #free(key: string): void {
    this.#busy.delete(key)
    this.#lookSoon()
  }

  /** What has been decided takes effect first. */
  #lookSoon(): void {
    if (this.#looking) return
    this.#looking = true
    setImmediate(() => {
      this.#looking = false
      this.#look()
    })
  }

  #looking = false

  /** When nothing goes on any more: what waits for time, and then the end. */
  #look(): void {
    if (this.#busy.size > 0 || this.#ended || this.#isOnItsWay()) return
    this.#offerLateWork()
    const { nextDue } = this.#timetable
    const waits = this.#books.nextDue
    if (this.#waitingForLeave.size > 0 || this.options.conductor.expects?.() === true) {
      if (this.options.conductor.stalled?.(Math.min(nextDue, waits) < Infinity) === true) return
    }
    if (nextDue < Infinity && nextDue <= waits) {
      this.#timetable.runNext()
      this.#lookSoon()
    } else if (waits === Infinity && this.#scenarioEnded && this.#waitingForLeave.size === 0) {
      this.#end()
    }
  }

  /** A message lies in a queue, and somebody is free to get it. */
  #isOnItsWay(): boolean {
    return this.#world.slots.some(({ node, definition }, slot) => {
      if (node.kind !== 'endpoint' || this.#books.ready(node.name) <= 0) return false
      return definition.autostart === true ? this.#receiving.has(slot) : this.#books.holds(slot) < definition.concurrency
    })
  }

  /** A third party that was too slow gets to its work in the end. */
  #offerLateWork(): void {
    const offer = (alternative: Alternative): void => {
      const key = alternative.label()
      this.#timetable.remove(key)
      this.#timetable.add({
        key,
        due: Math.max(alternative.due ?? 0, this.#world.now),
        run: () => {
          alternative.perform()
          void this.#judgeNow()
        },
      })
    }
    for (const component of this.#world.components) {
      component.alternatives([], (alternative) => {
        if (alternative.fault === undefined) offer(alternative)
      })
    }
  }

  #fail(error: unknown): void {
    if (error instanceof HarnessError) this.#end({ of: 'workshop', explanation: error.explanation })
    else this.#end({ of: 'workshop', explanation: { what: `Running the system for real has failed: ${error instanceof Error ? error.message : String(error)}`, why: 'That is no error of the code under test, so nothing can be said of it.', next: 'Run the command again; if it happens again, please report it.' } })
  }

  /** Limits go by progress: a slow machine gets on, and what waits in vain does not. */
  #watch(): void {
    const { patience = 30_000 } = this.options
    if (performance.now() - this.#lastProgress < patience) return
    this.#end({
      of: 'workshop',
      explanation: {
        what: `Nothing has happened for ${Math.round(patience / 1000)} s, and the system is not at rest.`,
        why: `Something is waited for that does not come: ${[...this.#busy].join(', ') || 'a message'} (${this.#books.describe(this.#stage?.endpoints ?? [])}).`,
        next: 'Run the command again; if it happens again, please report it.',
      },
    })
  }
}

export const interrupted: Failure = { of: 'workshop', explanation: { what: 'It was interrupted.', why: 'So nothing can be said of it.', next: 'Run the command again.' } }

function closeDoors(doors: Doors | undefined): void {
  doors?.database.close()
  doors?.publish.close()
  doors?.consume.close()
}
