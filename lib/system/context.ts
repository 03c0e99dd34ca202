import { Broker, sendingContext, type SendingContext } from '../broker/index.js'
import { httpClient, Network, type HttpClient } from '../http/index.js'
import type { Task, World } from '../simulation/index.js'
import { Stores, type StoreContext } from '../store/index.js'

/** What every handler and every route gets: its own store, the broker, and HTTP. Nothing of it is transactional across the three. */
export interface Context extends SendingContext {
  readonly store: StoreContext
  readonly http: HttpClient
}

/** What a handler gets beside that: the message's identity. */
export interface HandlerContext extends Context {
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  /** 1 for the first delivery of this message. */
  readonly deliveryCount: number
  /** The name of the endpoint that the handler belongs to. */
  readonly endpoint: string
}

export interface Parts {
  readonly stores: Stores
  readonly broker: Broker
  readonly network: Network
}

/** The three parts of the world that code can reach. */
export function parts(world: World): Parts {
  return { stores: world.component('stores', Stores), broker: world.component('broker', Broker), network: world.component('network', Network) }
}

export function makeContext({ stores, broker, network }: Parts, task: Task): Context {
  return { store: stores.context(task), http: httpClient(network, task), ...sendingContext(broker, task) }
}
