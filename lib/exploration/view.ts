import type { Click } from '../http/index.js'
import type { Execution, Json, MessageView, QueueView, World } from '../simulation/index.js'
import { parts } from '../system/index.js'
import { clicksOf } from './scenario.js'

/** A service's store, as a promise sees it: at once, between two steps. */
export interface StoreView {
  get<T>(collection: string, id: string): T | undefined
  /** All documents of a collection, in the order of their ids. */
  list<T>(collection: string): readonly T[]
  ids(collection: string): readonly string[]
  /** The names of all collections in which there is a document, in their order. */
  collections(): readonly string[]
}

/**
 * What promises may look at: the state of the system at this moment, and what has left it. A promise is a function of it, and of
 * nothing else.
 */
export interface View<Name extends string = string> {
  readonly stores: Readonly<Record<Name, StoreView>>
  readonly queues: Readonly<Record<Name, QueueView>>
  readonly browser: { readonly clicks: readonly Click[] }
  /** Everything that was ever sent or published, in no particular order, without the copies that the network made. */
  readonly sent: readonly SentMessage[]
  /** Third parties' records, by name. */
  readonly ledgers: Readonly<Record<string, Json>>
}

export interface SentMessage {
  /** The endpoint; `*` for an event. */
  readonly to: string
  readonly id: string
  readonly message: { readonly type: string; readonly [key: string]: Json }
}

/** A promise to the customer: true when it is kept, otherwise a sentence that says what is wrong, with expected and actual. */
export type Promised<Name extends string = string> = (view: View<Name>) => true | string

export type Promises<Name extends string = string> = Readonly<Record<string, Promised<Name>>>

/** One view serves a whole search: it always shows the present. */
export function makeView(world: World, current: () => Execution | undefined): View {
  const { stores, broker } = parts(world)
  const storeViews = Object.fromEntries(
    world.nodes.map((node): [string, StoreView] => {
      const database = stores.database(node.name)
      return [
        node.name,
        {
          get: <T>(collection: string, id: string) => database.documents(collection).find((document) => document.id === id)?.value as T | undefined,
          list: <T>(collection: string) => database.documents(collection).map((document) => document.value as T),
          ids: (collection) => database.documents(collection).map((document) => document.id),
          collections: () => database.collectionNames(),
        },
      ]
    }),
  )
  /** How often a message was delivered belongs to the state once a promise looks at it; so does time, once it looks whether one waits for it. */
  const watchMessage = ({ origin: _, ...message }: MessageView): MessageView => ({
    ...message,
    get state() {
      if (message.state !== 'dead') world.observed.time = true
      return message.state
    },
    get deliveryCount() {
      world.observed.deliveries = true
      return message.deliveryCount
    },
  })
  // Whoever looks at a queue may look at the order in which things stand there.
  const queues = new Proxy<Record<string, QueueView>>({}, {
    get: (_target, name) => {
      world.observed.queues ||= world.watchesEveryStep && !world.asksAtRest
      world.observed.queueOrder = true
      const view = broker.queue(String(name)).view(world)
      return { ...view, messages: view.messages.map(watchMessage), deadLetters: view.deadLetters.map(watchMessage) }
    },
  })
  return {
    stores: storeViews,
    queues,
    get browser() {
      return { clicks: clicksOf(current()?.processes ?? []) }
    },
    get sent() {
      return broker.sent as unknown as readonly SentMessage[]
    },
    get ledgers() {
      return world.view().ledgers
    },
  }
}
