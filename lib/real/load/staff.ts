import type { Crew, Player } from '../crew.js'
import type { Door } from '../door.js'
import type { Failure } from '../protocol.js'
import type { Services } from '../services.js'
import { through } from '../addresses.js'
import type { Again, Counts, FromConsumer, ToConsumer } from './protocol.js'

export type LoadCrew = Crew<FromConsumer, ToConsumer>

export interface StaffOptions {
  readonly services: Services
  readonly crew: LoadCrew
  readonly doors: LoadDoors
  readonly prefix: string
  readonly plain: boolean
  readonly allow: (type: string) => Promise<void>
  readonly fail: (failure: Failure) => void
}

/** The ways to RabbitMQ, which can be cut. */
export interface LoadDoors {
  readonly publish: Door
  readonly consume: Door
}

interface Worker {
  readonly endpoint: string
  readonly player: Player<ToConsumer>
  counts: Counts
  ready: boolean
}

/** The consumers of a system: starts and kills them, and counts what they say. */
export class Staff {
  readonly #workers: Worker[] = []
  /** Of those that are gone, as far as they had said. */
  #gone = 0
  #failed = 0
  #began = false
  #closed = false
  readonly again: Again[] = []
  /** How many were killed one by one. */
  kills = 0

  constructor(private readonly options: StaffOptions) {}

  /** What its connections to PostgreSQL are called, so that nobody else's is ended. */
  get application(): string {
    return this.options.prefix
  }

  /** Messages that were handled, as far as consumers have said. */
  get handled(): number {
    return this.#gone + this.#workers.reduce((sum, { counts }) => sum + counts.handled, 0)
  }

  /** Attempts that failed. */
  get failed(): number {
    return this.#failed + this.#workers.reduce((sum, { counts }) => sum + counts.failed, 0)
  }

  get held(): number {
    return this.#workers.reduce((sum, { counts }) => sum + counts.held, 0)
  }

  get allReady(): boolean {
    return this.#workers.every(({ ready }) => ready)
  }

  /** When the last message was acknowledged: milliseconds since 1970. */
  get last(): number {
    return Math.max(0, ...this.#workers.map(({ counts }) => counts.last))
  }

  hire(endpoint: string, count: number): void {
    for (let index = 0; index < count; index++) this.#workers.push(this.#start(endpoint))
  }

  /** They receive from now on, and so does whoever is started in their place. */
  begin(): void {
    this.#began = true
    for (const { player } of this.#workers) player.say({ kind: 'begin' })
  }

  /**
   * Kills one of those that are at work, and starts another one in its place at once. Where none has a message, it is one of those that have started.
   *
   * @param fraction which of them, from 0 up to but not including 1.
   * @returns false when all of them were just starting.
   */
  async killOne(fraction: number): Promise<boolean> {
    const started = this.#workers.filter(({ ready }) => ready)
    const working = started.filter(({ counts }) => counts.held > 0)
    const candidates = working.length > 0 ? working : started
    const worker = candidates[Math.floor(fraction * candidates.length)]
    if (worker === undefined) return false
    const killed = worker.player.kill()
    this.#forget(worker)
    this.#workers[this.#workers.indexOf(worker)] = this.#start(worker.endpoint)
    this.kills += 1
    await killed
    return true
  }

  /** Kills all of them. */
  async dismiss(): Promise<void> {
    this.#closed = true
    const all = this.#workers.splice(0)
    for (const worker of all) this.#forget(worker)
    await Promise.all(all.map(({ player }) => player.kill()))
    this.#closed = false
  }

  #forget({ counts }: Worker): void {
    this.#gone += counts.handled
    this.#failed += counts.failed
  }

  #start(endpoint: string): Worker {
    const { crew, services, doors, prefix, plain } = this.options
    const player: Player<ToConsumer> = crew.take({ heard: (message) => this.#hear(worker, message), ended: (code, complaint) => this.#ended(worker, code, complaint) })
    const worker: Worker = { endpoint, player, counts: { handled: 0, held: 0, failed: 0, last: 0 }, ready: false }
    const database = new URL(services.addresses.database)
    database.searchParams.set('application_name', this.application)
    player.say({ kind: 'play', part: { endpoint, plain, prefix, database: database.href, publish: through(services.addresses.broker, doors.publish.port).href, consume: through(services.addresses.broker, doors.consume.port).href } })
    return worker
  }

  #hear(worker: Worker, message: FromConsumer): void {
    if (!this.#workers.includes(worker)) return
    switch (message.kind) {
      case 'loaded':
        return
      case 'ready':
        worker.ready = true
        if (this.#began) worker.player.say({ kind: 'begin' })
        return
      case 'counts':
        worker.counts = message.counts
        return
      case 'again':
        this.again.push(message.again)
        return
      case 'allow':
        this.options.allow(message.type).then(
          () => worker.player.say({ kind: 'allowed', type: message.type }),
          (error: unknown) => this.options.fail(unexpected(error)),
        )
        return
      case 'failed':
        this.options.fail(message.error)
    }
  }

  #ended(worker: Worker, code: number | null, complaint: string): void {
    if (this.#closed || !this.#workers.includes(worker)) return
    this.options.fail({
      of: 'code',
      explanation: {
        what: `A process of ${worker.endpoint} ended by itself${code === null ? '' : `, with code ${code}`}.`,
        why: complaint === '' ? 'In production its work would be left, and somebody would have to start it again.' : complaint.trim().split('\n').slice(0, 4).join('\n'),
        next: 'Look for what ends the process: process.exit(), or an error that nobody handles.',
      },
    })
  }
}

export function unexpected(error: unknown): Failure {
  return { of: 'workshop', explanation: { what: `Putting load on the system has failed: ${error instanceof Error ? error.message : String(error)}`, why: 'That is no error of the code under test, so nothing can be said of it.', next: 'Run the command again; if it happens again, please report it.' } }
}
