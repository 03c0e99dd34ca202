import {
  describeDuration,
  failure,
  hashText,
  mix,
  MisuseError,
  processName,
  success,
  type Alternative,
  type Component,
  type FaultName,
  type Hash,
  type Holder,
  type Impact,
  type MutableView,
  type Node,
  type Operation,
  type Process,
  type Reference,
  type StepDescription,
  type Task,
  type World,
} from '../simulation/index.js'
import { bodyAsJson, fromWireResponse, type HttpResponse, type WireRequest, type WireResponse } from './messages.js'

/** What is known of a request that has left its client. */
interface Exchange {
  readonly client: Holder
  /** The process that works on it; `undefined` for a request that never arrived, or that a third party has answered. */
  readonly server: Holder | undefined
  /** Nothing will ever come back: only the client's time limit ends the wait. */
  readonly lost: boolean
  readonly identity: Hash
}

/** What a server is told. Plain data. */
export interface RequestRecord {
  readonly request: WireRequest
  readonly client: Reference & Holder
}

/** Somebody else's system: it answers in one step, and has bad days of its own. */
export interface Responder {
  /** How the request may go: the first is the good day, without a fault. Each `respond` changes the third party's records and answers. */
  outcomes(request: WireRequest): readonly ResponderOutcome[]
}

export interface ResponderOutcome {
  readonly fault: FaultName | undefined
  readonly label: string
  /** The answer; `undefined` when none ever comes. */
  readonly respond: () => WireResponse | undefined
}

/**
 * Requests and responses between services, and to third parties. A request arrives at a free instance of the service; the response
 * arrives at whoever waits. Either can be lost; then the client's time limit ends the wait, and it does not know which it was.
 */
export class Network implements Component {
  readonly #servers = new Map<string, Node>()
  readonly #responders = new Map<string, Responder>()
  #exchanges: ReadonlyMap<string, Exchange> = new Map()

  constructor(readonly world: World) {}

  registerService(node: Node): void {
    this.#servers.set(node.name, node)
  }

  registerResponder(name: string, responder: Responder): void {
    this.#responders.set(name, responder)
  }

  /** The first service: where a browser goes with a path alone. */
  get entrance(): string | undefined {
    return this.#servers.keys().next().value
  }

  /** @throws MisuseError when there is no such host. */
  checkHost(host: string): void {
    if (this.#servers.has(host) || this.#responders.has(host)) return
    throw new MisuseError('unknown-host', {
      what: `A request was sent to http://${host}/, but nobody of that name is there.`,
      why: 'It would reach nobody.',
      next: `Hosts here: ${[...this.#servers.keys(), ...this.#responders.keys()].sort().join(', ') || 'none'}.`,
    })
  }

  server(host: string): Node | undefined {
    return this.#servers.get(host)
  }

  responder(host: string): Responder | undefined {
    return this.#responders.get(host)
  }

  exchange(reference: string): Exchange | undefined {
    return this.#exchanges.get(reference)
  }

  set(reference: string, exchange: Exchange | undefined): void {
    const before = this.#exchanges
    const after = new Map(before)
    if (exchange === undefined) after.delete(reference)
    else after.set(reference, exchange)
    this.#exchanges = after
    this.world.journal.record(() => {
      this.#exchanges = before
    })
  }

  alternatives(): void {
    // Everything on the network belongs to somebody's request or response.
  }

  key(): Hash {
    let key: Hash = 0
    let sum = 0
    for (const exchange of this.#exchanges.values()) {
      const state = exchange.lost ? 1 : exchange.server === undefined ? 2 : this.world.isAlive(exchange.server) ? 3 : 4
      sum = (sum + mix(exchange.identity, state)) % 2 ** 52
    }
    key = mix(key, sum)
    return key
  }

  bonds(slot: number): Hash {
    let bonds = 0
    for (const { server, client, identity } of this.#exchanges.values()) {
      if (server?.slot === slot && this.world.isAlive(server)) bonds = (bonds + mix(identity, this.world.isAlive(client) ? 11 : 12)) % 2 ** 52
      if (client.slot === slot && this.world.isAlive(client)) bonds = (bonds + mix(identity, 13)) % 2 ** 52
    }
    return bonds
  }

  view(_view: MutableView): void {
    // What is on the wire is seen in the story.
  }

  close(): void {
    // Nothing to free.
  }
}

function lostExchange(operation: Operation): Exchange {
  const { slot, incarnation } = operation.process
  return { client: { slot, incarnation }, server: undefined, lost: true, identity: operation.identity }
}

export function referenceTo(operation: Operation): string {
  return key({ slot: operation.process.slot, incarnation: operation.process.incarnation, sequence: operation.sequence })
}

function key(client: Reference & Holder): string {
  return `${client.slot}.${client.incarnation}.${client.sequence}`
}

/** Issues a request and waits for its response. */
export function request(network: Network, task: Task, host: string, wire: WireRequest, timeout: number): Promise<HttpResponse> {
  const { world } = network
  const text = `${wire.method} ${wire.path}`
  return task.issue<HttpResponse>({
    kind: 'http',
    label: `http.${wire.method.toLowerCase()}('${host === network.entrance ? '' : `http://${host}`}${wire.path}')`,
    hash: hashText(`${host} ${text} ${JSON.stringify(wire.query)} ${JSON.stringify(wire.headers)} ${wire.text ?? ''}`),
    request: undefined,
    mustFinish: false,
    deadline: world.now + timeout,
    alternatives: (operation, offer) => {
      const exchange = network.exchange(referenceTo(operation))
      const call: Call = { network, operation, host, wire, timeout, deadline: operation.deadline ?? 0 }
      if (exchange === undefined) {
        const server = network.server(host)
        if (server !== undefined) offerArrival(call, server, offer)
        else offerAnswers(call, offer)
        if (world.mayMeet('lostRequests')) offer(new Lost(call))
        offer(new GiveUp(call, 'time passes'))
        return
      }
      if (exchange.lost) return offer(new GiveUp(call, 'lost'))
      if (exchange.server !== undefined && !world.isAlive(exchange.server)) return offer(new Break(call))
      offer(new GiveUp(call, 'time passes'))
      if (world.mayMeet('stalls')) offer(new GiveUp(call, 'server stalls'))
    },
    decode: (response) => fromWireResponse(response as WireResponse),
  })
}

/** Sends a response back to whoever waits. The server's work ends with it, so the promise never settles. */
export function respond(network: Network, task: Task, client: RequestRecord['client'], response: WireResponse, route: string): Promise<undefined> {
  return task.issue<undefined>({
    kind: 'respond',
    label: `respond ${response.status}`,
    hash: hashText(`${response.status} ${response.text ?? ''} ${JSON.stringify(response.headers)}`),
    request: undefined,
    own: true,
    mustFinish: false,
    alternatives: (operation, offer) => {
      const exchange = network.exchange(key(client))
      const waiting = exchange !== undefined && !exchange.lost && network.world.isAlive(client)
      offer(new Respond(network, operation, client, response, route, waiting ? 'arrives' : 'nobody waits'))
      if (waiting && network.world.mayMeet('lostResponses')) offer(new Respond(network, operation, client, response, route, 'lost'))
    },
    decode: () => undefined,
  })
}

interface Call {
  readonly network: Network
  readonly operation: Operation
  readonly host: string
  readonly wire: WireRequest
  readonly timeout: number
  /** Virtual time in milliseconds. */
  readonly deadline: number
}

function offerAnswers(call: Call, offer: (alternative: Alternative) => void): void {
  for (const outcome of call.network.responder(call.host)?.outcomes(call.wire) ?? []) {
    if (outcome.fault === undefined || call.network.world.mayMeet(outcome.fault)) offer(new Answer(call, outcome))
  }
}

function offerArrival(call: Call, server: Node, offer: (alternative: Alternative) => void): void {
  const seen = new Set<Hash>()
  for (const slot of server.slots) {
    const process = call.operation.process.host.processes[slot]
    if (process === undefined || process.tasks.length >= server.definition.concurrency) continue
    const memory = process.key(call.network.world.now)
    if (!seen.has(memory)) offer(new Arrive(call, process))
    seen.add(memory)
  }
}

function callText(call: Call): string {
  return `${call.wire.method} ${call.wire.path}`
}

function settle(call: Call, result: Extract<Impact, { kind: 'settle' }>['result']): Impact {
  call.network.set(referenceTo(call.operation), undefined)
  return { kind: 'settle', slot: call.operation.process.slot, sequence: call.operation.sequence, result }
}

/** Two clicks on the same button are two requests: the second says so. */
function taskLabel(call: Call): string {
  return call.operation.number > 1 ? `${callText(call)} #${call.operation.number}` : callText(call)
}

class Arrive implements Alternative {
  readonly fault = undefined

  constructor(
    private readonly call: Call,
    private readonly server: Process,
  ) {}


  label(): string {
    return `${callText(this.call)} arrives at ${processName(this.server)}`
  }

  perform(): Impact {
    const { call, server } = this
    const { operation, network } = call
    const { slot, incarnation } = operation.process
    const identity = operation.identity
    network.set(referenceTo(operation), { client: { slot, incarnation }, server: { slot: server.slot, incarnation: server.incarnation }, lost: false, identity })
    const record: RequestRecord = { request: call.wire, client: { slot, incarnation, sequence: operation.sequence } }
    return {
      kind: 'start',
      slot: server.slot,
      start: { hash: mix(server.node.hash, identity), seed: mix(server.node.hash, operation.seed), label: taskLabel(call), payload: record },
    }
  }

  describe(): StepDescription {
    return {
      action: 'request',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      to: this.call.network.world.participant(this.server.slot),
      text: callText(this.call),
      task: taskLabel(this.call),
      data: bodyAsJson(this.call.wire.text),
    }
  }
}

/** A third party takes the request and answers, all in one step. */
class Answer implements Alternative {
  readonly fault: FaultName | undefined
  #response: WireResponse | undefined

  constructor(
    private readonly call: Call,
    private readonly outcome: ResponderOutcome,
  ) {
    this.fault = outcome.fault
  }

  label(): string {
    return `${this.call.host} answers ${callText(this.call)}${this.outcome.label === '' ? '' : ` (${this.outcome.label})`}`
  }

  perform(): Impact {
    const { call } = this
    this.#response = this.outcome.respond()
    if (this.#response === undefined) {
      call.network.set(referenceTo(call.operation), lostExchange(call.operation))
      return { kind: 'none' }
    }
    return settle(call, success(this.#response, hashText(JSON.stringify(this.#response))))
  }

  describe(): StepDescription {
    const notes = [this.#response === undefined ? 'no answer' : String(this.#response.status), ...(this.outcome.label === '' ? [] : [this.outcome.label])]
    return {
      action: 'request',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      to: { name: this.call.host, kind: 'third-party', instance: 1 },
      text: callText(this.call),
      outcome: notes.join(', '),
      task: this.call.operation.task.label,
      data: { request: bodyAsJson(this.call.wire.text), response: bodyAsJson(this.#response?.text) },
    }
  }
}

class Lost implements Alternative {
  readonly fault: FaultName = 'lostRequests'

  constructor(private readonly call: Call) {}

  label(): string {
    return `${callText(this.call)} is lost on its way to ${this.call.host}`
  }

  perform(): Impact {
    const { operation, network } = this.call
    network.set(referenceTo(operation), lostExchange(operation))
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const { world } = this.call.network
    return {
      action: 'lost',
      from: world.participant(this.call.operation.process.slot),
      to: world.node(this.call.host) === undefined ? { name: this.call.host, kind: 'third-party', instance: 1 } : { name: this.call.host, kind: world.node(this.call.host)?.kind ?? 'service', instance: 1 },
      text: callText(this.call),
      outcome: 'never arrives',
      task: this.call.operation.task.label,
    }
  }
}

/** The client's time limit passes: it stops waiting, and does not know what has become of its request. */
class GiveUp implements Alternative {
  readonly fault: FaultName | undefined
  readonly idle: boolean
  readonly at: number

  constructor(
    private readonly call: Call,
    how: 'lost' | 'server stalls' | 'time passes',
  ) {
    this.at = call.deadline
    this.idle = how === 'time passes'
    this.fault = how === 'server stalls' ? 'stalls' : undefined
  }

  label(): string {
    return `${processName(this.call.operation.process)} gives up waiting for ${callText(this.call)}${this.fault === undefined ? '' : ' (the server stalls)'}`
  }

  perform(): Impact {
    const { call } = this
    call.network.world.advance(call.deadline)
    const message = `No answer to ${callText(call)} within ${describeDuration(call.timeout)}: it was done, or it was not, or it still will be.`
    return settle(call, failure({ name: 'TimeoutError', message }, 41))
  }

  describe(): StepDescription {
    return {
      action: 'no-response',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      text: `gives up after ${describeDuration(this.call.timeout)}`,
      outcome: this.fault === undefined ? `no answer to ${callText(this.call)}` : 'the server is too slow',
      task: this.call.operation.task.label,
    }
  }
}

/** The server has crashed: the connection breaks. */
class Break implements Alternative {
  readonly fault = undefined

  constructor(private readonly call: Call) {}

  label(): string {
    return `the connection of ${callText(this.call)} breaks`
  }

  perform(): Impact {
    const message = `The connection to ${this.call.host} broke while it worked on ${callText(this.call)}: it was done, or it was not.`
    return settle(this.call, failure({ name: 'ConnectionError', message }, 42))
  }

  describe(): StepDescription {
    return {
      action: 'no-response',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      text: 'connection breaks',
      outcome: `no answer to ${callText(this.call)}`,
      task: this.call.operation.task.label,
    }
  }
}

class Respond implements Alternative {
  readonly fault: FaultName | undefined

  constructor(
    private readonly network: Network,
    private readonly operation: Operation,
    private readonly client: RequestRecord['client'],
    private readonly response: WireResponse,
    private readonly route: string,
    private readonly how: 'arrives' | 'lost' | 'nobody waits',
  ) {
    this.fault = how === 'lost' ? 'lostResponses' : undefined
  }

  label(): string {
    return `the response ${this.response.status} to ${this.route} ${this.how === 'arrives' ? 'arrives' : this.how === 'lost' ? 'is lost' : 'finds nobody waiting'}`
  }

  perform(): Impact {
    const { client, network } = this
    const ends: Reference = { slot: this.operation.process.slot, sequence: this.operation.sequence }
    const exchange = network.exchange(key(client))
    if (this.how === 'arrives') {
      network.set(key(client), undefined)
      const hash = mix(hashText(`${this.response.status} ${this.response.text ?? ''} ${JSON.stringify(this.response.headers)}`), 43)
      return { kind: 'settle', slot: client.slot, sequence: client.sequence, result: success(this.response, hash), ends }
    }
    if (this.how === 'lost' && exchange !== undefined) network.set(key(client), { ...exchange, server: undefined, lost: true })
    return { kind: 'end', ...ends }
  }

  describe(): StepDescription {
    const { world } = this.network
    return {
      action: this.how === 'lost' ? 'lost' : 'response',
      from: world.participant(this.operation.process.slot),
      to: world.participant(this.client.slot),
      text: String(this.response.status),
      ...(this.how === 'arrives' ? {} : { outcome: this.how === 'lost' ? 'response lost' : 'nobody waits any more' }),
      task: this.operation.task.label,
      data: bodyAsJson(this.response.text),
    }
  }
}
