import type { Network, ResponderOutcome, WireResponse } from '../http/index.js'
import { callHttp, listen, type Incoming } from './network.js'
import type { How } from './protocol.js'
import { Failed } from './hosting.js'

/** How a request is to go. */
export interface Route {
  readonly how: How
  /** Of a third party: which of its days it has; see `ResponderOutcome`. */
  readonly outcome: string | undefined
}

export interface BalancerEvents {
  /** How the request goes that an operation waits for: see `Tags`. */
  readonly routeOf: (client: string) => Route
  /** A request is on its way (`true`), or has arrived, or will never (`false`). */
  readonly moving: (exchange: number, moving: boolean) => void
  /** A request has left the process that waits for the response. */
  readonly left: (client: string) => void
  /** A response, or the end of a connection, is on its way to the operation that waits for it. */
  readonly returning: (client: string) => void
  /** A third party has done what it was asked for, or has not. */
  readonly answered: (host: string) => void
}

interface Server {
  readonly slot: number
  readonly port: number
  readonly concurrency: number
  /** The exchanges that it works on. */
  readonly working: Set<number>
}

/**
 * Everybody's way to everybody: one HTTP server that knows all hosts by their names. It hands a request to an instance that is free, as a load balancer
 * does; requests and responses can be lost in it; and it answers for third parties.
 */
export class Balancer {
  port = 0
  readonly #servers = new Map<string, Map<number, Server>>()
  readonly #waiting: { readonly exchange: number; readonly incoming: Incoming; readonly route: Route }[] = []
  /** By whom to break a connection when its server has died. */
  readonly #breaks = new Map<number, { readonly slot: number; readonly abort: AbortController }>()
  readonly #clients = new Map<number, string>()
  #next = 1
  #close: () => void = () => undefined

  constructor(
    private readonly network: Network,
    private readonly events: BalancerEvents,
  ) {}

  async open(): Promise<void> {
    const { port, close } = await listen((incoming) => this.#take(incoming))
    this.port = port
    this.#close = close
  }

  close(): void {
    this.#close()
  }

  /** The operation that waits for the response of an exchange. */
  clientOf(exchange: number): string {
    return this.#clients.get(exchange) ?? ''
  }

  /** An instance listens. */
  add(host: string, slot: number, port: number, concurrency: number): void {
    const servers = this.#servers.get(host) ?? new Map<number, Server>()
    servers.set(slot, { slot, port, concurrency, working: new Set() })
    this.#servers.set(host, servers)
    this.#hand()
  }

  /** An instance is gone: whoever waits for it finds the connection broken. */
  drop(host: string, slot: number): void {
    this.#servers.get(host)?.delete(slot)
    for (const [exchange, { slot: server, abort }] of this.#breaks) {
      if (server !== slot) continue
      this.#breaks.delete(exchange)
      abort.abort()
    }
  }

  /** An instance has come to the end of its work on a request. */
  ended(host: string, slot: number, exchange: number): void {
    this.#servers.get(host)?.get(slot)?.working.delete(exchange)
    this.#hand()
  }

  #take(incoming: Incoming): void {
    const exchange = this.#next
    this.#next += 1
    this.#clients.set(exchange, incoming.tags.client ?? '')
    const route = this.events.routeOf(incoming.tags.client ?? '')
    const responder = this.network.responder(incoming.host)
    if (responder !== undefined) {
      this.#answer(incoming, responder.outcomes(incoming.wire), route)
      return
    }
    if (route.how !== 'request lost') {
      this.#waiting.push({ exchange, incoming, route })
      this.events.moving(exchange, true)
      this.#hand()
    }
    this.events.left(incoming.tags.client ?? '')
  }

  #answer(incoming: Incoming, outcomes: readonly ResponderOutcome[], { how, outcome }: Route): void {
    const chosen = outcome === undefined ? outcomes[0] : outcomes.find(({ label }) => label === outcome)
    const response: WireResponse | undefined = how === 'request lost' ? undefined : chosen?.respond()
    this.events.answered(incoming.host)
    if (response !== undefined && how === 'plain') incoming.answer(response)
    else this.events.left(incoming.tags.client ?? '')
  }

  /** Gives what waits to whoever is free. */
  #hand(): void {
    for (const [index, { exchange, incoming, route }] of this.#waiting.entries()) {
      const servers = [...(this.#servers.get(incoming.host)?.values() ?? [])].filter(({ working, concurrency }) => working.size < concurrency)
      const [server] = servers.sort((one, other) => one.working.size - other.working.size || one.slot - other.slot)
      if (server === undefined) continue
      this.#waiting.splice(index, 1)
      void this.#pass(server, exchange, incoming, route)
      this.#hand()
      return
    }
    // Whoever else waits does so because everybody is busy, or starts again.
    for (const { exchange } of this.#waiting) this.events.moving(exchange, false)
  }

  async #pass(server: Server, exchange: number, incoming: Incoming, { how }: Route): Promise<void> {
    server.working.add(exchange)
    this.events.moving(exchange, true)
    const abort = new AbortController()
    this.#breaks.set(exchange, { slot: server.slot, abort })
    try {
      const response = await callHttp(server.port, incoming.host, incoming.wire, { ...incoming.tags, exchange }, abort.signal, 0)
      if (how === 'plain') {
        this.events.returning(incoming.tags.client ?? '')
        incoming.answer(response)
      }
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      this.events.returning(incoming.tags.client ?? '')
      incoming.cut()
    } finally {
      this.#breaks.delete(exchange)
      this.events.moving(exchange, false)
    }
  }
}
