import { fromWireResponse, requestFact, requestText, Network, toWireResponse, type HttpRequest, type HttpResponse, type Responder, type ResponderOutcome, type RouteResult, type WireRequest, type WireResponse } from '../http/index.js'
import { hashText, mix, type Alternative, type Component, type Hash, type Impact, type Json, type MutableView, type NodeDefinition, type StepDescription, type World } from '../simulation/index.js'

/**
 * What a third party does with a request, given its records: an answer (or, where that is one of the responses, none at all), and the records
 * afterwards. A pure function.
 */
export type Answer<Records extends Json, Response extends RouteResult | undefined = RouteResult> = (request: ThirdPartyRequest, records: Records, moment: Moment) => { readonly response: Response; readonly records?: Records }

/** What else it may look at when it answers. */
export interface Moment {
  /** Virtual time: milliseconds since the execution began. Whoever looks at it makes the clock a part of the state. */
  readonly now: number
  /** Other requests that it has received and still works on, though their clients have given up. */
  readonly underWay: readonly ThirdPartyRequest[]
}

export interface ThirdPartyRequest extends Omit<HttpRequest, 'params'> {
  /** The parts of the path: `/charges/7` is `['charges', '7']`. */
  readonly segments: readonly string[]
}

/**
 * `up`: answers at once. `down`: no response ever comes, and nothing happens. `slow`: what is asked for happens, but so late that the
 * client has given up.
 */
export type Availability = 'up' | 'down' | 'slow'

export interface ThirdPartyOptions<Records extends Json> {
  /** Its records in the beginning. Promises see them as `ledgers[name]`. */
  readonly records: Records
  readonly answer: Answer<Records, RouteResult | undefined>
  readonly availability?: Availability
  /**
   * When it gets to a request that it was too slow for, in milliseconds since the request arrived: not before `earliest` (default: at
   * any time), and before any other request that comes after `latest` (default: no such moment).
   */
  readonly lateness?: { readonly earliest?: number; readonly latest?: number }
  /** True when it sometimes does twice what it was asked for once; within the budget of `copies`. */
  readonly duplicates?: boolean
}

/**
 * Somebody else's system: it answers a request in one step, keeps records of its own, and has bad days. Beside a good answer, within
 * the budget: no response although it was done (`lostResponses`); a 5xx, which says nothing about whether it was done (`serverErrors`); done
 * only after the client has given up (`slowResponses`), or then not at all (`serverErrors` as well); for some, done twice (`copies`). A lost
 * request (`lostRequests`) is the network's.
 */
export function thirdParty<const Name extends string, Records extends Json>(name: Name, options: ThirdPartyOptions<Records>): NodeDefinition<Name> {
  return {
    name,
    kind: 'third-party',
    instances: 0,
    concurrency: 1,
    keepsMemory: false,
    crashes: false,
    install(world: World) {
      const component = world.component(`third-party ${name}`, ThirdParty)
      component.setUp(name, options as unknown as ThirdPartyOptions<Json>)
      world.component('network', Network).registerResponder(name, component)
    },
    boot: () => undefined,
    run: () => Promise.resolve(),
  }
}

/** Whoever answers with a 5xx may be the server itself or a gateway in front of it: so none of them tells whether it was done. */
const serverErrors = [
  { status: 503, done: false, label: 'not done' },
  { status: 500, done: true, label: 'done all the same' },
  { status: 503, done: true, label: 'done behind a gateway that gave up' },
  { status: 502, done: true, label: 'done behind a gateway that heard nothing' },
  { status: 500, done: false, label: 'not done for an error of its own' },
] as const

/** A request whose client has given up, and which the third party will still work on. */
interface Late {
  readonly wire: WireRequest
  /** When it arrived, in virtual milliseconds. */
  readonly since: number
}

/** The records of one third party, and what it still has to do. */
class ThirdParty implements Component, Responder {
  #name = ''
  #options: ThirdPartyOptions<Json> = { records: null, answer: () => ({ response: { status: 501 } }) }
  #records: Json = null
  #recordsKey: Hash = 0
  #late: readonly Late[] = []

  constructor(readonly world: World) {}

  setUp(name: string, options: ThirdPartyOptions<Json>): void {
    this.#name = name
    this.#options = options
    this.#set(options.records)
  }

  outcomes(request: WireRequest): readonly ResponderOutcome[] {
    const { availability = 'up', duplicates = false } = this.#options
    if (availability === 'down') return [{ fault: undefined, label: 'down', note: 'it is down', respond: () => undefined }]
    const postpone = (): undefined => this.#setLate([...this.#late, { wire: request, since: this.world.now }])
    if (availability === 'slow') return [{ fault: undefined, label: 'too slow', note: 'it will be done later', respond: postpone }]
    return [
      { fault: undefined, label: '', note: '', respond: () => this.work(request) },
      {
        fault: 'lostResponses',
        label: 'done, response lost',
        note: 'it was done',
        respond: () => {
          this.work(request)
          return undefined
        },
      },
      ...serverErrors.map(({ status, done, label }) => ({
        fault: 'serverErrors' as const,
        label,
        note: done ? 'it was done all the same' : 'it was not done',
        respond: () => {
          if (done) this.work(request)
          return { status, headers: {}, text: JSON.stringify({ error: status === 500 ? 'internal error' : 'unavailable' }) }
        },
      })),
      { fault: 'slowResponses', label: 'too slow', note: 'it will be done later', respond: postpone },
      ...(duplicates ? [{ fault: 'copies' as const, label: 'done twice', note: 'it was done twice', respond: () => (this.work(request), this.work(request)) }] : []),
    ]
  }

  work(wire: WireRequest): WireResponse | undefined {
    const { latest } = this.#options.lateness ?? {}
    for (const late of this.#late) if (latest !== undefined && late.since + latest <= this.world.now) this.workLate(late)
    return this.#answer(wire)
  }

  workLate(late: Late): WireResponse | undefined {
    this.drop(late)
    return this.#answer(late.wire)
  }

  drop(late: Late): void {
    this.#setLate(this.#late.filter((other) => other !== late))
  }

  #answer(wire: WireRequest): WireResponse | undefined {
    const now = (): number => this.#now()
    const moment: Moment = { get now() { return now() }, underWay: this.#late.map((late) => toRequest(late.wire)) }
    const { response, records } = this.#options.answer(toRequest(wire), this.#records, moment)
    if (records !== undefined) this.#set(records)
    return response && toWireResponse(response, `${this.#name} ${wire.method} ${wire.path}`)
  }

  /** What depends on the time depends on the clock, so the clock becomes part of the state. */
  #now(): number {
    this.world.observed.clock = true
    return this.world.now
  }

  alternatives(_processes: unknown, offer: (alternative: Alternative) => void): void {
    const { earliest = 0 } = this.#options.lateness ?? {}
    for (const late of this.#late) {
      offer(new WorksLate(this, this.#name, late, late.since + earliest > this.world.now, late.since + earliest))
      if (this.world.mayMeet('serverErrors')) offer(new FailsLate(this, this.#name, late))
    }
  }

  key(): Hash {
    const { earliest, latest } = this.#options.lateness ?? {}
    const rest = (due: number | undefined): number => (due === undefined ? 0 : this.world.timeLeft(due))
    return this.#late.reduce((key, { wire, since }) => mix(mix(mix(key, hashText(JSON.stringify(wire))), rest(earliest === undefined ? undefined : since + earliest)), rest(latest === undefined ? undefined : since + latest)), this.#recordsKey)
  }

  view(view: MutableView): void {
    view.ledgers[this.#name] = this.#records
  }

  close(): void {
    // Nothing to free.
  }

  #set(records: Json): void {
    const { before, keyBefore } = { before: this.#records, keyBefore: this.#recordsKey }
    this.#records = records
    this.#recordsKey = mix(hashText(this.#name), hashText(JSON.stringify(records)))
    this.world.journal.record(() => {
      this.#records = before
      this.#recordsKey = keyBefore
    })
  }

  #setLate(late: readonly Late[]): undefined {
    const before = this.#late
    this.#late = late
    this.world.journal.record(() => {
      this.#late = before
    })
  }
}

/** The third party gets to a request whose client has given up long ago. */
class WorksLate implements Alternative {
  readonly fault = undefined
  #response: HttpResponse | undefined

  constructor(
    private readonly party: ThirdParty,
    private readonly name: string,
    private readonly late: Late,
    /** True when time has to pass first. */
    readonly idle: boolean,
    /** Virtual time in milliseconds. */
    readonly due: number,
  ) {}

  label(): string {
    return `${this.name} gets to ${this.late.wire.method} ${this.late.wire.path} at last`
  }

  perform(): Impact {
    if (this.idle) this.party.world.advance(this.due)
    const response = this.party.workLate(this.late)
    this.#response = response && fromWireResponse(response)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const party = { name: this.name, kind: 'third-party', instance: 1 } as const
    const outcome = `done late (${this.#response?.status ?? 0}), nobody waits any more`
    return { action: 'response', from: party, text: requestText(this.late.wire), outcome, facts: [requestFact(this.late.wire), { label: outcome, subject: 'late' }] }
  }
}

/** The third party fails with a request whose client has given up: it will never be done. */
class FailsLate implements Alternative {
  readonly fault = 'serverErrors'

  constructor(
    private readonly party: ThirdParty,
    private readonly name: string,
    private readonly late: Late,
  ) {}

  label(): string {
    return `${this.name} fails with ${this.late.wire.method} ${this.late.wire.path} in the end`
  }

  perform(): Impact {
    this.party.drop(this.late)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const party = { name: this.name, kind: 'third-party', instance: 1 } as const
    const outcome = 'it was not done, and never will be'
    return { action: 'response', from: party, text: requestText(this.late.wire), outcome, facts: [requestFact(this.late.wire), { label: outcome, subject: 'late' }] }
  }
}

function toRequest(wire: WireRequest): ThirdPartyRequest {
  return {
    method: wire.method,
    path: wire.path,
    segments: wire.path.split('/').filter((segment) => segment !== ''),
    query: wire.query,
    headers: wire.headers,
    body: wire.text === undefined ? undefined : (JSON.parse(wire.text) as unknown),
  }
}
