import { MisuseError, mix, type Component, type FaultName, type Hash, type Holder, type Node, type Operation, type Reference, type World } from '../simulation/index.js'
import type { WireRequest, WireResponse } from './messages.js'

/** What is known of a request that has left its client. */
export interface Exchange {
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

  view(): void {
    // What is on the wire is seen in the story.
  }

  close(): void {
    // Nothing to free.
  }
}

/** A request that nobody will ever answer. */
export function lostExchange(operation: Operation): Exchange {
  const { slot, incarnation } = operation.process
  return { client: { slot, incarnation }, server: undefined, lost: true, identity: operation.identity }
}

/** The name of a request on the network: that of the operation which waits for its answer. */
export function referenceTo(operation: Operation): string {
  return nameOf({ slot: operation.process.slot, incarnation: operation.process.incarnation, sequence: operation.sequence })
}

export function nameOf(client: Reference & Holder): string {
  return `${client.slot}.${client.incarnation}.${client.sequence}`
}
