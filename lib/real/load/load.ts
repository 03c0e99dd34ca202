import type { WrittenCheck } from '../../exploration/written-check.js'
import { HarnessError, RandomStream, type World } from '../../simulation/index.js'
import { Door } from '../door.js'
import { makeWorld } from '../instance.js'
import type { Claim } from '../leftovers.js'
import { nameExecution } from '../names.js'
import type { Failure } from '../protocol.js'
import type { Services } from '../services.js'
import { comparePace, enoughToCompare, type Pace } from './pace.js'
import { Books, type Judgement, type LoadPromise } from './ledgers.js'
import { drawPayments } from './payments.js'
import { Patience, pause } from './patience.js'
import { keepSent, type SentVouchers } from './sent.js'
import { Staff, unexpected, type LoadCrew, type LoadDoors } from './staff.js'
import { setLoadStage, type LoadStage } from './stage.js'

export interface LoadOptions {
  /** How many payments. */
  readonly messages: number
  /** How long processes are killed: one in every second. */
  readonly seconds: number
  /** Processes of `marketing`. */
  readonly consumers: number
  /** Draws the order of the payments, and who is killed. */
  readonly seed: number
}

export interface LoadMeans {
  readonly services: Services
  readonly claim: Claim
  readonly crew: LoadCrew
  /** Numbers the executions of a run. */
  readonly next: () => number
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
  /** Milliseconds in which something has to happen, or the run is given up. Default 30,000. */
  readonly patience?: number
}

/** What was really done. */
export interface Deeds {
  readonly payments: number
  readonly kills: number
  /** Connections to PostgreSQL that the server has ended. */
  readonly terminated: number
  /** Connections to RabbitMQ that were cut. */
  readonly cut: number
  /** Deliveries of messages that had been delivered before: because RabbitMQ had taken them back, or because an attempt had failed. */
  readonly returned: number
  readonly retried: number
  /** How many of these were about something that had been done already. */
  readonly duplicates: number
  /** Vouchers that were sent under the id of another one. */
  readonly sentAgain: number
}

export type LoadFinding =
  | { readonly verdict: 'judged'; readonly judgements: readonly Judgement[]; readonly deeds: Deeds; readonly pace: Pace | undefined; /** It was ended, as messages were given up. */ readonly early: boolean }
  | { readonly verdict: 'unusable'; readonly failure: Failure }
  | { readonly verdict: 'interrupted' }

/** Puts load on `marketing` and `billing`, kills processes, cuts connections, waits until nothing is left to do, and asks the promises. */
export async function runUnderLoad(options: WrittenCheck['options'], promises: readonly LoadPromise[], load: LoadOptions, means: LoadMeans): Promise<LoadFinding> {
  const run = new LoadRun(options, promises, load, means)
  try {
    return await run.run()
  } catch (error) {
    if (run.ended.aborted) return means.signal.aborted ? { verdict: 'interrupted' } : run.unusable()
    return { verdict: 'unusable', failure: error instanceof HarnessError ? { of: 'workshop', explanation: error.explanation } : unexpected(error) }
  } finally {
    await run.close()
  }
}

class LoadRun {
  readonly #end = new AbortController()
  /** Aborted when the run is interrupted, or when something keeps it from being judged. */
  readonly ended: AbortSignal
  #failure: Failure | undefined
  readonly #world: World
  #stage: LoadStage | undefined
  #staff: Staff | undefined
  #doors: LoadDoors | undefined
  #terminated = 0
  #cut = 0
  readonly #patience: Patience

  constructor(
    options: WrittenCheck['options'],
    private readonly promises: readonly LoadPromise[],
    private readonly load: LoadOptions,
    private readonly means: LoadMeans,
  ) {
    this.ended = AbortSignal.any([means.signal, this.#end.signal])
    this.#world = makeWorld(options)
    this.#patience = new Patience(means.patience)
  }

  unusable(): LoadFinding {
    return { verdict: 'unusable', failure: this.#failure ?? unexpected('it was ended') }
  }

  async close(): Promise<void> {
    await this.#staff?.dismiss()
    this.#doors?.publish.close()
    this.#doors?.consume.close()
    await this.#stage?.remove()
    this.#world.close()
  }

  async run(): Promise<LoadFinding> {
    const { services, claim, crew, next, onProgress } = this.means
    const { messages, consumers, seed } = this.load
    const fail = (failure: Failure): void => this.#fail(failure)
    onProgress('starting')
    const stage = await setLoadStage(services, claim, nameExecution(claim.run, next()), this.#world)
    this.#stage = stage
    const doors = { publish: await Door.open(services.addresses.broker), consume: await Door.open(services.addresses.broker) }
    this.#doors = doors
    const staff = new Staff({ services, crew, doors, prefix: stage.prefix, plain: false, allow: (type) => stage.allow(type), fail })
    this.#staff = staff
    const payments = drawPayments(messages, seed)
    const measured = messages >= enoughToCompare ? payments.slice(0, Math.floor(messages / 20) * 2) : []
    staff.hire('marketing', consumers)
    const pace = measured.length === 0 ? undefined : await comparePace({ ...this.means, signal: this.ended, doors, staff, stage, payments: measured, consumers, fail, patience: this.#patience })
    const sent = await keepSent(services, stage.prefix)
    staff.hire('billing', 1)
    await this.#until('starting processes', () => staff.allReady)
    staff.begin()
    const early = await this.#storm(stage, staff, payments.slice(measured.length), doors)
    const books = new Books({ database: services.database, prefix: stage.prefix, payments, again: staff.again, sent, deadLetters: 0, deadLetter: () => stage.deadLetter() })
    await books.open()
    return this.#drained(stage, staff, books, sent, pace, early)
  }

  /** Half of the payments at once, and the others evenly, one part in each second; with each a kill. @returns true when it was ended early. */
  async #storm(stage: LoadStage, staff: Staff, payments: readonly Parameters<LoadStage['publish']>[0][number][], doors: LoadDoors): Promise<boolean> {
    const { seconds, seed } = this.load
    const random = new RandomStream(seed + 1)
    const half = Math.ceil(payments.length / 2)
    const partOf = (second: number): number => half + Math.floor(((payments.length - half) * second) / seconds)
    const began = performance.now()
    const publishing = stage.publish(payments.slice(0, half), this.ended)
    publishing.catch(() => undefined)
    for (let second = 1; second <= seconds; second++) {
      await this.#pause(Math.max(0, began + second * 1000 - performance.now()))
      await publishing
      await stage.publish(payments.slice(partOf(second - 1), partOf(second)), this.ended)
      // What cannot be done in its second, because everybody is just starting, is done in a later one.
      if (second >= seconds / 3 && this.#terminated === 0) await this.#terminate(staff, random)
      if (second >= (seconds * 2) / 3 && this.#cut === 0 && (doors.publish.connections > this.load.consumers / 2 || second === seconds)) await this.#cutAll(doors)
      const which = random.fraction()
      while (!(await staff.killOne(which)) && performance.now() < began + (second + 1) * 1000) await this.#pause(50)
      const depths = await stage.depths()
      this.#patience.moved()
      this.means.onProgress(`${second} of ${seconds} s · ${staff.kills} killed · ${partOf(second).toLocaleString('en')} sent · ${(depths.ready + depths.waiting).toLocaleString('en')} in queues`)
      if (depths.dead > 0) return true
    }
    return false
  }

  /** Ends one connection of ours, at the server. */
  async #terminate({ application }: Staff, random: RandomStream): Promise<void> {
    const { database } = this.means.services
    const { rows } = await database.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY state = 'idle', pid`, [application])
    const busy = rows[Math.floor(random.fraction() * Math.min(rows.length, this.load.consumers))]
    if (busy === undefined) return
    const { rows: ended } = await database.query<{ done: boolean }>('SELECT pg_terminate_backend($1) AS done', [busy.pid])
    if (ended[0]?.done === true) this.#terminated += 1
  }

  /**
   * Who receives gets back in at once, and who publishes a little later. Separate connections come back when they do; and a broker that is short of
   * memory lets nobody publish, while it goes on delivering (RabbitMQ's memory alarm).
   */
  async #cutAll({ publish, consume }: LoadDoors): Promise<void> {
    this.#cut += publish.connections + consume.connections
    for (const door of [publish, consume]) door.order('refused')
    consume.order('plain')
    await this.#pause(outage)
    publish.order('plain')
  }

  /** Waits until nothing is left to do, ends all processes, looks whether they have left anything, and asks the promises. */
  async #drained(stage: LoadStage, staff: Staff, books: Books, sent: SentVouchers, pace: Pace | undefined, early: boolean): Promise<LoadFinding> {
    for (;;) {
      const givenUp = early || (await this.#drain(stage, staff, books))
      await staff.dismiss()
      // What they held goes back to the queues as soon as RabbitMQ sees that they are gone.
      await this.#pause(500)
      const { ready, waiting, dead } = await stage.depths()
      if (ready + waiting === 0 || givenUp) {
        const all = new Books({ ...books.options, deadLetters: dead })
        const judgements: Judgement[] = []
        for (const promise of this.promises) judgements.push(await promise.judge(all))
        return { verdict: 'judged', judgements: givenUp ? judgements.filter(({ promise }) => promise === 'no message is given up') : judgements, deeds: this.#deeds(staff, sent), pace, early: givenUp }
      }
      staff.hire('marketing', this.load.consumers)
      staff.hire('billing', 1)
    }
  }

  /** @returns true when messages were given up. */
  async #drain(stage: LoadStage, staff: Staff, books: Books): Promise<boolean> {
    let quiet = 0
    let before = ''
    for (;;) {
      const { ready, waiting, dead } = await stage.depths()
      if (dead > 0) return true
      this.means.onProgress(`waiting until nothing is left to do · ${(ready + waiting + staff.held).toLocaleString('en')} left`)
      const now = [ready, waiting, staff.held, staff.handled, staff.failed, staff.again.length].join()
      if (now !== before) this.#patience.moved()
      quiet = now === before && ready + waiting + staff.held === 0 && staff.allReady ? quiet + 1 : 0
      before = now
      // Where something is missing, it may still be on its way: then more patience is asked for.
      if (quiet >= 12 || (quiet >= 3 && (await books.wrongCustomers()) === 0)) return false
      this.#patience.check(`${ready} messages are in queues, ${waiting} wait to come again, and ${staff.held} are held by processes`)
      await this.#pause(250)
    }
  }

  #deeds(staff: Staff, sent: SentVouchers): Deeds {
    const returned = staff.again.filter((again) => again.returned).length
    return { payments: this.load.messages, kills: staff.kills, terminated: this.#terminated, cut: this.#cut, returned, retried: staff.again.length - returned, duplicates: staff.again.filter(({ done }) => done).length, sentAgain: sent.again }
  }

  async #until(text: string, isSo: () => boolean): Promise<void> {
    this.means.onProgress(text)
    this.#patience.moved()
    while (!isSo()) {
      this.#patience.check(text)
      await this.#pause(10)
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, this.ended)
  }

  #fail(failure: Failure): void {
    this.#failure ??= failure
    this.#end.abort()
  }
}

/** Milliseconds in which nobody can publish. Less than it takes until a message is given up. */
const outage = 500
