import { fromWireResponse, Network, toWireResponse, type HttpRequest, type HttpResponse, type Responder, type ResponderOutcome, type RouteResult, type WireRequest, type WireResponse } from '../http/index.js'
import { hashText, mix, type Alternative, type Component, type Hash, type Impact, type Json, type MutableView, type Node, type NodeDefinition, type StepDescription, type World } from '../simulation/index.js'

/** What a third party does with a request, given its records: an answer, and the records afterwards. A pure function. */
export type Answer<Records extends Json> = (request: ThirdPartyRequest, records: Records, now: number) => { readonly response: RouteResult; readonly records?: Records }

export interface ThirdPartyRequest extends Omit<HttpRequest, 'params'> {
  /** The parts of the path: `/charges/7` is `['charges', '7']`. */
  readonly segments: readonly string[]
}

/**
 * `up`: answers at once. `down`: no answer ever comes, and nothing happens. `slow`: what is asked for happens, but so late that the
 * client has given up.
 */
export type Availability = 'up' | 'down' | 'slow'

export interface ThirdPartyOptions<Records extends Json> {
  /** Its records in the beginning. Promises see them as `ledgers[name]`. */
  readonly records: Records
  readonly answer: Answer<Records>
  readonly availability?: Availability
}

/**
 * Somebody else's system: it answers a request in one step, keeps records of its own, and has bad days. Beside a good answer, within
 * the budget: no answer although it was done (`lostResponses`); a 503 before, or a 500 after it was done (`serverErrors`); done only
 * after the client has given up (`slowAnswers`). A lost request (`lostRequests`) is the network's.
 */
export function thirdParty<const Name extends string, Records extends Json>(name: Name, options: ThirdPartyOptions<Records>): NodeDefinition<Name> {
  return {
    name,
    kind: 'third-party',
    instances: 0,
    concurrency: 1,
    keepsMemory: false,
    crashes: false,
    install(world: World, _node: Node) {
      const component = world.component(`third-party ${name}`, ThirdParty)
      component.setUp(name, options.records, options.answer as unknown as Answer<Json>, options.availability ?? 'up')
      world.component('network', Network).registerResponder(name, component)
    },
    boot: () => undefined,
    run: () => Promise.resolve(),
  }
}

/** The records of one third party, and what it still has to do. */
class ThirdParty implements Component, Responder {
  #name = ''
  #answer: Answer<Json> = () => ({ response: { status: 501 } })
  #availability: Availability = 'up'
  #records: Json = null
  #recordsKey: Hash = 0
  /** Requests whose client has given up, and which it will still work on. */
  #late: readonly WireRequest[] = []

  constructor(private readonly world: World) {}

  setUp(name: string, records: Json, answer: Answer<Json>, availability: Availability): void {
    this.#name = name
    this.#answer = answer
    this.#availability = availability
    this.#set(records)
  }

  outcomes(request: WireRequest): readonly ResponderOutcome[] {
    if (this.#availability === 'down') return [{ fault: undefined, label: 'down', respond: () => undefined }]
    const postpone = (): undefined => this.#setLate([...this.#late, request])
    if (this.#availability === 'slow') return [{ fault: undefined, label: 'too slow', respond: postpone }]
    return [
      { fault: undefined, label: '', respond: () => this.work(request) },
      {
        fault: 'lostResponses',
        label: 'done, response lost',
        respond: () => {
          this.work(request)
          return undefined
        },
      },
      { fault: 'serverErrors', label: 'not done', respond: () => ({ status: 503, headers: {}, text: JSON.stringify({ error: 'unavailable' }) }) },
      {
        fault: 'serverErrors',
        label: 'done all the same',
        respond: () => {
          this.work(request)
          return { status: 500, headers: {}, text: JSON.stringify({ error: 'internal error' }) }
        },
      },
      { fault: 'slowAnswers', label: 'too slow', respond: postpone },
    ]
  }

  work(wire: WireRequest): WireResponse {
    const { response, records } = this.#answer(toRequest(wire), this.#records, this.world.now)
    if (records !== undefined) this.#set(records)
    return toWireResponse(response, `${this.#name} ${wire.method} ${wire.path}`)
  }

  workLate(wire: WireRequest): WireResponse {
    this.#setLate(this.#late.filter((other) => other !== wire))
    return this.work(wire)
  }

  alternatives(_processes: unknown, offer: (alternative: Alternative) => void): void {
    for (const wire of this.#late) offer(new WorksLate(this, this.#name, wire))
  }

  key(): Hash {
    return this.#late.reduce((key, wire) => mix(key, hashText(`${wire.method} ${wire.path} ${wire.text ?? ''} ${JSON.stringify(wire.headers)}`)), this.#recordsKey)
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

  #setLate(late: readonly WireRequest[]): undefined {
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
    private readonly wire: WireRequest,
  ) {}

  label(): string {
    return `${this.name} gets to ${this.wire.method} ${this.wire.path} at last`
  }

  perform(): Impact {
    this.#response = fromWireResponse(this.party.workLate(this.wire))
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const party = { name: this.name, kind: 'third-party', instance: 1 } as const
    return { action: 'response', from: party, text: `${this.wire.method} ${this.wire.path}`, outcome: `done late (${this.#response?.status ?? 0}), nobody waits any more` }
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
