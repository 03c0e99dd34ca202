import { clicksOf } from '../exploration/scenario.js'
import type { DrawnScenario, WrittenCheck } from '../exploration/written-check.js'
import type { Chance, World, WorldView } from '../simulation/index.js'
import { parts } from '../system/index.js'
import { Activity } from './activity.js'
import { Balancer } from './balancer.js'
import type { Conductor, Moment } from './conductor.js'
import type { Crew } from './crew.js'
import { Deliveries } from './deliveries.js'
import { endedByItself, interrupted, stuck, unexpected } from './failures.js'
import type { Happening, Outcome } from './happening.js'
import { Instance, makeWorld, type Line } from './instance.js'
import { Judging } from './judging.js'
import type { Claim } from './leftovers.js'
import { nameExecution } from './names.js'
import { Operations } from './operations.js'
import { offerLateWork, Peers } from './peers.js'
import { Processes, type Actor } from './processes.js'
import type { Failure, FromInstance, Part } from './protocol.js'
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
  readonly conditions?: Conditions
  readonly onHappened?: (happening: Happening) => void
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds in which something has to happen, or the trial is given up. */
  readonly patience?: number
}

/** What processes find when they start, beside faults. */
export interface Conditions {
  /** How random values come out; left out for real chance. */
  readonly chance?: Chance
  /** By how many milliseconds the clock of one process is wrong, by its place. */
  readonly skew?: { readonly slot: number; readonly milliseconds: number }
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

class Trial {
  readonly #world: World
  readonly #prefix: string
  readonly #activity = new Activity(() => this.#look())
  readonly #timetable: Timetable
  readonly #balancer: Balancer
  readonly #deliveries: Deliveries
  readonly #operations: Operations
  readonly #processes: Processes
  readonly #thrown: Outcome['thrown'][number][] = []
  readonly #outages: Record<string, readonly string[]> = {}
  #scenario: Instance | undefined
  #scenarioEnded = false
  #stage: Stage | undefined
  #judging: Judging | undefined
  #ended = false
  /** Its end has been decided. */
  #over = false
  #end: (failure?: Failure) => void = () => undefined
  #lastProgress = performance.now()

  constructor(private readonly options: TrialOptions) {
    this.#world = makeWorld(options.options, (means) => options.scenario.run(means))
    this.#prefix = nameExecution(options.claim.run, options.number)
    const world = this.#world
    const activity = this.#activity
    this.#timetable = new Timetable({
      get now() {
        return world.now
      },
      advance: (to) => world.advance(to),
    })
    this.#balancer = new Balancer(parts(world).network, {
      routeOf: (client) => {
        const order = this.#operations.orderOf(client)
        return { how: order?.how ?? 'plain', outcome: order?.outcome }
      },
      moving: (exchange, moving) => (moving ? activity.begin(`exchange ${exchange}`) : activity.end(`exchange ${exchange}`)),
      left: (client) => activity.end(client),
      returning: (client) => {
        if (this.#operations.orderOf(client) !== undefined) activity.begin(client)
      },
      answered: () => void this.#judgeNow(),
    })
    this.#deliveries = new Deliveries(world, this.#timetable, activity, () => this.#stage, () => this.#judging?.expectSent())
    this.#operations = new Operations({
      world,
      conductor: options.conductor,
      activity,
      timetable: this.#timetable,
      deliveries: this.#deliveries,
      peers: new Peers(world, this.#balancer),
      onHappened: (happening) => options.onHappened?.(happening),
      asksAlways: () => this.#judging?.asksAlways === true,
      allow: async (type) => this.#stage?.allow(type),
      judge: () => this.#judgeNow(),
      kill: (slot, moment) => this.#kill(slot, moment),
      isGone: (slot, actor) => this.#processes.at(slot) !== actor || this.#ended,
    })
    this.#processes = new Processes({
      world,
      services: options.services,
      crew: options.crew,
      part: (slot) => ({ prefix: this.#prefix, network: this.#balancer.port, now: world.now, seeded: options.seeded === true, ...partBy(options.conditions ?? {}, slot) }),
      heard: (slot, message) => this.#hear(slot, message),
      ended: (slot, code, complaint) => this.#endedByItself(slot, code, complaint),
    })
  }

  async run(): Promise<Outcome> {
    const { options, services, claim } = this.options
    const ended = new Promise<Failure | undefined>((resolve) => {
      this.#end = (failure) => {
        this.#over = true
        resolve(failure)
      }
    })
    this.#stage = await setStage(services, claim, this.#prefix, this.#world, (options.documents ?? {}) as Parameters<typeof setStage>[4], (endpoint, id, release) => this.#unlessItFails(this.#deliveries.came(endpoint, id, release)))
    this.#judging = new Judging(options, this.#stage, () => ({ clicks: this.#scenario?.process.memory === undefined ? [] : clicksOf([this.#scenario.process]), ledgers: this.#ledgers() }))
    await this.#balancer.open()
    const watch = setInterval(() => this.#watch(), 500)
    const interrupt = (): void => this.#end(interrupted)
    this.options.signal?.addEventListener('abort', interrupt)
    if (this.options.signal?.aborted === true) this.#end(interrupted)
    try {
      this.#activity.begin('scenario')
      this.options.conductor.begin?.({
        kill: (slot, moment) => this.#unlessItFails(this.#kill(slot, moment)),
        copy: (queue, { ask }) => this.#unlessItFails(this.#deliveries.copy({ queue, late: false }, ask)),
      })
      await Promise.all(this.#world.slots.map((_, slot) => (slot === 0 ? Promise.resolve() : this.#start(slot, 1))))
      await this.#startScenario()
      const failure = await ended
      this.#ended = true
      if (failure === undefined && this.#judging.violation === undefined) {
        await this.#processes.end()
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
    await this.#processes.end()
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
      happened: this.#operations.happened,
      unasked: judging?.unasked ?? new Map(),
      thrown: this.#thrown,
      jumps: this.#timetable.jumps,
      skipped: this.#timetable.skipped,
      state: judging?.state,
    }
  }

  /** Starts a process. It can be given work when it says so. */
  async #start(slot: number, incarnation: number): Promise<void> {
    if (this.#ended) return
    this.#activity.begin(`start ${slot}`)
    await this.#processes.start(slot, incarnation)
  }

  /** The scenario is played here: it lies outside the system, and nobody cuts its connections. */
  async #startScenario(): Promise<void> {
    const { addresses } = this.options.services
    const part: Part = { slot: 0, incarnation: 1, prefix: this.#prefix, database: addresses.database.href, publish: addresses.broker.href, consume: addresses.broker.href, network: this.#balancer.port, now: 0, seeded: false }
    const line: Line = { say: (message) => this.#hear(0, message), hear: () => undefined }
    const scenario = new Instance(this.#world, line, part)
    this.#scenario = scenario
    this.#processes.addScenario((message) => (message.kind === 'play' ? undefined : scenario.hear(message)))
    await this.#allReady()
    if (!this.#over) await scenario.start()
  }

  #allReady(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#over || !this.#activity.any('start ')) resolve()
        else setTimeout(look, 5)
      }
      look()
    })
  }

  #hear(slot: number, message: FromInstance): void {
    if (this.#ended) return
    this.#lastProgress = performance.now()
    const activity = this.#activity
    const actor = this.#processes.at(slot)
    const place = this.#world.slots[slot]
    if (actor === undefined || place === undefined) return
    const key = (id: number): string => `${slot}.${id}`
    switch (message.kind) {
      case 'loaded':
        return
      case 'ready':
        if (message.port !== undefined) this.#balancer.add(actor.name, slot, message.port, place.definition.concurrency)
        activity.end(slot === 0 ? 'scenario starts' : `start ${slot}`)
        return
      case 'ask':
        this.#unlessItFails(this.#operations.asked(slot, actor, message.ask))
        return
      case 'reached':
        this.#operations.cutAt(actor, slot, message.id)
        return
      case 'done':
        this.#unlessItFails(this.#operations.done(slot, actor, message.done))
        return
      case 'quiet':
        activity.end(key(message.id))
        return
      case 'receiving':
        this.#deliveries.receiving(slot)
        return
      case 'begun':
        activity.end(`exchange ${message.exchange}`)
        return
      case 'ended':
        if (message.exchange !== undefined) this.#balancer.ended(actor.name, slot, message.exchange)
        if (slot !== 0) return
        this.#scenarioEnded = true
        activity.end('scenario')
        return
      case 'timer':
        this.#timetable.add({ key: key(message.id), due: message.due, run: () => this.#operations.fire(actor, slot, message.id) })
        // The code waits for time alone: the scenario is not busy while it does.
        if (slot === 0) activity.end('scenario')
        return
      case 'cleared':
        this.#timetable.remove(key(message.id))
        return
      case 'thrown':
        this.#noteThrown(actor, message)
        return
      case 'failed':
        this.#end(message.error)
    }
  }

  #noteThrown(actor: Actor, { name, message, task, site }: Extract<FromInstance, { kind: 'thrown' }>): void {
    this.#thrown.push({ name: actor.name, task, error: message === '' ? name : `${name}: ${message}`, site })
  }

  /** The process dies, and starts again with nothing in memory. */
  async #kill(slot: number, moment?: Moment): Promise<void> {
    const actor = this.#processes.at(slot)
    if (actor?.player === undefined || this.#operations.isDoomed(slot)) return
    this.#activity.begin(`start ${slot}`)
    if (moment !== undefined) {
      await this.#operations.finishOthers(slot, moment, () => this.#ended)
      this.#operations.note(moment, { kind: 'kill' }, undefined)
    }
    this.#bury(slot, actor)
    await actor.player.kill()
    actor.doors?.close()
    await this.#start(slot, actor.incarnation + 1)
  }

  #bury(slot: number, { name }: Actor): void {
    this.#processes.remove(slot)
    this.#deliveries.died(slot)
    this.#timetable.removeAll(`${slot}.`)
    this.#balancer.drop(name, slot)
    this.#operations.forget(slot)
    this.#activity.forget(`${slot}.`)
  }

  /** A process manager starts what has gone down; whatever else ends a process is not to be expected. */
  #endedByItself(slot: number, code: number | null, complaint: string): void {
    const actor = this.#processes.at(slot)
    if (actor === undefined || this.#ended) return
    const outage = this.#operations.outageOf(slot)
    if (outage === undefined) {
      this.#end(endedByItself(actor.name, code, complaint))
      return
    }
    this.#outages[actor.name] = [...new Set([...(this.#outages[actor.name] ?? []), outage.ask.reason ?? ''])].sort()
    this.#unlessItFails(this.#kill(slot))
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

  /** When nothing goes on any more: what waits for time, and then the end. */
  #look(): void {
    if (this.#ended || this.#deliveries.isOnItsWay) return
    offerLateWork(this.#world, this.#timetable, () => void this.#judgeNow())
    const { conductor } = this.options
    const { nextDue } = this.#timetable
    const waits = this.#deliveries.nextDue
    if (this.#activity.holdsAny || conductor.expects?.() === true) {
      if (conductor.stalled?.(Math.min(nextDue, waits) < Infinity) === true) return
    }
    if (nextDue < Infinity && nextDue <= waits) {
      this.#timetable.runNext()
      this.#activity.lookSoon()
    } else if (waits === Infinity && this.#scenarioEnded && !this.#activity.holdsAny) {
      this.#end()
    }
  }

  #unlessItFails(work: Promise<void>): void {
    work.catch((error: unknown) => this.#end(unexpected(error)))
  }

  /** Limits go by progress: a slow machine gets on, and what waits in vain does not. */
  #watch(): void {
    const { patience = 30_000 } = this.options
    if (performance.now() - this.#lastProgress < patience) return
    this.#end(stuck(patience, this.#activity.describe(), this.#deliveries.describe()))
  }
}

function partBy({ chance, skew }: Conditions, slot: number): Pick<Part, 'chance' | 'skew'> {
  return { ...(chance === undefined ? {} : { chance }), ...(skew?.slot === slot ? { skew: skew.milliseconds } : {}) }
}
