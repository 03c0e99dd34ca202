import {
  describeDuration,
  failure,
  hashText,
  mix,
  processName,
  Stall,
  success,
  type Alternative,
  type ErrorDescription,
  type FaultName,
  type Impact,
  type Node,
  type Operation,
  type Incarnation,
  type StepDescription,
  type Task,
} from '../simulation/index.js'
import { requestFact, requestText, responseFact } from './facts.js'
import { bodyAsJson, fromWireResponse, type HttpResponse, type WireRequest, type WireResponse } from './messages.js'
import type { NetworkRequest } from './requests.js'
import { referenceTo, type Network, type RequestRecord, type ResponderOutcome } from './network.js'

/** Issues a request and waits for its response. */
export function request(network: Network, task: Task, host: string, wire: WireRequest, timeout: number): Promise<HttpResponse> {
  const { world } = network
  const text = `${wire.method} ${wire.path}`
  return task.issue<HttpResponse>({
    kind: 'http',
    label: `http.${wire.method.toLowerCase()}('${host === network.entrance ? '' : `http://${host}`}${wire.path}')`,
    hash: hashText(`${host} ${text} ${JSON.stringify(wire.query)} ${JSON.stringify(wire.headers)} ${wire.text ?? ''}`),
    request: { kind: 'request', host, wire, timeout } satisfies NetworkRequest,
    mustFinish: false,
    deadline: world.now + timeout,
    alternatives: (operation, offer) => {
      const exchange = network.exchange(referenceTo(operation))
      const call: Call = { network, operation, host, wire, timeout, deadline: operation.deadline ?? 0 }
      const mayGiveUp = operation.process.isNextDue(operation)
      if (exchange === undefined) {
        const server = network.server(host)
        if (server !== undefined) offerArrival(call, server, offer)
        else offerAnswers(call, offer)
        if (world.mayMeet('lostRequests')) offer(new Lost(call))
        if (mayGiveUp) offer(new GiveUp(call, 'time passes'))
      } else if (exchange.lost) {
        // Nothing will come back, so giving up need not wait until nothing else can happen: everyone else may be slow.
        if (mayGiveUp) offer(new GiveUp(call, 'lost'))
      } else if (exchange.server !== undefined && !world.isAlive(exchange.server)) {
        offer(new Break(call))
      } else if (mayGiveUp) {
        offer(new GiveUp(call, exchange.stalled ? 'lost' : 'time passes'))
        if (!exchange.stalled && world.mayMeet('stalls')) offer(new GiveUp(call, 'server stalls'))
      }
    },
    decode: (response) => fromWireResponse(response as WireResponse),
  })
}

/** @param timeout milliseconds. */
export function noResponse({ method, path }: WireRequest, timeout: number): ErrorDescription {
  return { name: 'TimeoutError', message: `No response to ${method} ${path} within ${describeDuration(timeout)}: it was done, or it was not, or it still will be.` }
}

export function brokenConnection(host: string, { method, path }: WireRequest): ErrorDescription {
  return { name: 'ConnectionError', message: `The connection to ${host} broke while it worked on ${method} ${path}: it was done, or it was not.` }
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
  const { world } = call.network
  for (const slot of server.slots) {
    const process = call.operation.process.host.processes[slot]
    if (process !== undefined && process.tasks.length < server.definition.concurrency && !world.isStalled(slot)) offer(new Arrive(call, process))
  }
}

function callText(call: Call): string {
  return `${call.wire.method} ${call.wire.path}`
}

function settle(call: Call, result: Extract<Impact, { kind: 'settle' }>['result']): Impact {
  call.network.set(referenceTo(call.operation), undefined)
  return { kind: 'settle', slot: call.operation.process.slot, sequence: call.operation.sequence, result }
}

/** In the label of a step, where everything that can happen at a moment has to have a name of its own. */
function nameOfCall(call: Call): string {
  return call.operation.process.node.definition.crashes ? callText(call) : taskLabel(call)
}

/** Two clicks on the same button are two requests: the second says so. */
function taskLabel(call: Call): string {
  return call.operation.number > 1 ? `${callText(call)} #${call.operation.number}` : callText(call)
}

/** Several clicks of one customer are told apart; whatever else sends a request does so in the course of its own work. */
function taskOf(call: Call): string {
  return call.operation.process.node.definition.crashes ? call.operation.task.label : taskLabel(call)
}

class Arrive implements Alternative {
  readonly fault = undefined
  readonly server: number

  constructor(
    private readonly call: Call,
    private readonly process: Incarnation,
  ) {
    this.server = process.slot
  }

  label(): string {
    return `${nameOfCall(this.call)} arrives at ${processName(this.process)}`
  }

  perform(): Impact {
    const { call, process: server } = this
    const { operation, network } = call
    const { slot, incarnation } = operation.process
    const { id } = network.begin(operation, { slot: server.slot, incarnation: server.incarnation, task: server.begun + 1 })
    const record: RequestRecord = { request: call.wire, client: { slot, incarnation, sequence: operation.sequence }, exchange: id }
    return {
      kind: 'start',
      slot: server.slot,
      start: { hash: mix(server.node.hash, operation.identity), seed: mix(server.node.hash, operation.seed), label: taskLabel(call), payload: record },
    }
  }

  describe(): StepDescription {
    return {
      action: 'request',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      to: this.call.network.world.participant(this.process.slot),
      text: requestText(this.call.wire),
      task: taskOf(this.call),
      data: bodyAsJson(this.call.wire.text),
      facts: [requestFact(this.call.wire)],
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
      call.network.begin(call.operation, undefined)
      return { kind: 'none' }
    }
    return settle(call, success(this.#response, hashText(JSON.stringify(this.#response))))
  }

  describe(): StepDescription {
    const { note } = this.outcome
    const response = this.#response
    // Where a fault says that no response comes, this need not say so again.
    const status = response !== undefined ? [String(response.status)] : this.fault === undefined ? ['no response'] : []
    const outcome = [...status, ...(note === '' ? [] : [note])].join(', ')
    return {
      action: 'request',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      to: { name: this.call.host, kind: 'third-party', instance: 1 },
      text: requestText(this.call.wire),
      outcome,
      task: taskOf(this.call),
      data: { request: bodyAsJson(this.call.wire.text), response: bodyAsJson(response?.text) },
      facts: [requestFact(this.call.wire), ...(response === undefined ? [{ label: outcome, subject: 'no response' }] : [responseFact(response, outcome, callText(this.call), bodyAsJson(this.call.wire.text))])],
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
    network.begin(operation, undefined)
    return { kind: 'none' }
  }

  describe(): StepDescription {
    const { world } = this.call.network
    return {
      action: 'lost',
      from: world.participant(this.call.operation.process.slot),
      to: { name: this.call.host, kind: world.node(this.call.host)?.kind ?? 'third-party', instance: 1 },
      text: requestText(this.call.wire),
      task: taskOf(this.call),
      facts: [requestFact(this.call.wire)],
    }
  }
}

/** The client's time limit passes: it stops waiting, and does not know what has become of its request. */
class GiveUp implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly idle: boolean
  readonly due: number

  constructor(
    private readonly call: Call,
    how: 'lost' | 'server stalls' | 'time passes',
  ) {
    this.slot = call.operation.process.slot
    this.due = call.deadline
    this.idle = how === 'time passes'
    this.fault = how === 'server stalls' ? 'stalls' : undefined
  }

  begin(): Alternative {
    const { network, operation } = this.call
    const exchange = network.exchange(referenceTo(operation))
    return new Stall(network.world, this, exchange?.server?.slot ?? this.slot, () => {
      if (exchange !== undefined) network.set(referenceTo(operation), { ...exchange, stalled: true })
    })
  }

  label(): string {
    return `${processName(this.call.operation.process)} gives up waiting for ${callText(this.call)}${this.fault === undefined ? '' : ' (the server stalls)'}`
  }

  perform(): Impact {
    const { call } = this
    call.network.world.advance(call.deadline)
    return settle(call, failure(noResponse(call.wire, call.timeout)))
  }

  describe(): StepDescription {
    return {
      action: 'no-response',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      text: `gives up after ${describeDuration(this.call.timeout)}`,
      outcome: this.fault === undefined ? `no response to ${requestText(this.call.wire)}` : 'the server is too slow',
      task: taskOf(this.call),
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
    return settle(this.call, failure(brokenConnection(this.call.host, this.call.wire)))
  }

  describe(): StepDescription {
    return {
      action: 'no-response',
      from: this.call.network.world.participant(this.call.operation.process.slot),
      text: 'connection breaks',
      outcome: `no response to ${requestText(this.call.wire)}`,
      task: taskOf(this.call),
    }
  }
}
