import { add, MisuseError, mix, type Component, type FaultName, type Hash, type Holder, type Node, type Operation, type Reference, type Tie, type World } from '../simulation/index.js'
import type { WireRequest, WireResponse } from './messages.js'

/** What is known of a request that has left its client. */
export interface Exchange {
  /** Names it among all exchanges; says nothing about the state of the system. */
  readonly id: number
  readonly client: Holder
  /** The client's operation that waits for the response. */
  readonly sequence: number
  /** The process that works on it; `undefined` for a request that never arrived, or that a third party has answered. */
  readonly server: (Holder & { readonly task: number }) | undefined
  /** Nothing will ever come back: only the client's time limit ends the wait. */
  readonly lost: boolean
  /** The server stalls until the client has given up. */
  readonly stalled: boolean
}

/** What a server is told. Plain data. */
export interface RequestRecord {
  readonly request: WireRequest
  readonly client: Reference & Holder
  /** The exchange that it belongs to: a client may have given up, and have made another request since. */
  readonly exchange: number
}

/** Somebody else's system: it answers in one step, and has bad days of its own. */
export interface Responder {
  /** How the request may go: the first is the good day, without a fault. Each `respond` changes the third party's records and answers. */
  outcomes(request: WireRequest): readonly ResponderOutcome[]
}

export interface ResponderOutcome {
  readonly fault: FaultName | undefined
  /** Tells it from the other outcomes; part of the schedule. */
  readonly label: string
  /** What the fault's name does not say, for a story; else nothing. */
  readonly note: string
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
  #nextId = 1

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
      why: 'It would reach nobody, and nobody would answer.',
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

  /** Begins the exchange of a request that leaves its client. */
  begin(operation: Operation, server: Exchange['server']): Exchange {
    const { slot, incarnation } = operation.process
    const exchange: Exchange = { id: this.#nextId, client: { slot, incarnation }, sequence: operation.sequence, server, lost: server === undefined, stalled: false }
    this.#nextId += 1
    this.world.journal.record(() => {
      this.#nextId -= 1
    })
    this.set(referenceTo(operation), exchange)
    return exchange
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
    return 0 // An exchange concerns the two that it ties together, and nobody else.
  }

  bonds(slot: number): Hash {
    let bonds: Hash = 0
    for (const { server, client, sequence, lost } of this.#exchanges.values()) {
      if (client.slot !== slot || !this.world.isAlive(client)) continue
      bonds = add(bonds, mix(sequence, lost ? 1 : server === undefined || this.world.isAlive(server) ? 2 : 3))
    }
    return bonds
  }

  *ties(): Iterable<Tie> {
    for (const { client, sequence, server, stalled } of this.#exchanges.values()) {
      if (server === undefined || !this.world.isAlive(server) || !this.world.isAlive(client)) continue
      yield { from: client.slot, to: server.slot, hash: mix(mix(sequence, server.task), stalled ? 1 : 0) }
    }
  }

  stalls(slot: number): boolean {
    for (const { client, server, stalled } of this.#exchanges.values()) {
      if (stalled && server?.slot === slot && this.world.isAlive(server) && this.world.isAlive(client)) return true
    }
    return false
  }

  view(): void {
    // What is on the wire is seen in the story.
  }

  close(): void {
    // Nothing to free.
  }
}

/** The name of a request on the network: that of the operation which waits for its answer. */
export function referenceTo(operation: Operation): string {
  return nameOf({ slot: operation.process.slot, incarnation: operation.process.incarnation, sequence: operation.sequence })
}

export function nameOf(client: Reference & Holder): string {
  return `${client.slot}.${client.incarnation}.${client.sequence}`
}
