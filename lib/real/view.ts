import type { ConfirmChannel } from 'amqplib'
import type { SentMessage, StoreView, View } from '../exploration/view.js'
import type { Click } from '../http/index.js'
import type { Json, MessageView, QueueView } from '../simulation/index.js'
import type { Database } from './database.js'
import { ownHeaders, received } from './inbound.js'
import { deadLettersOf, dueOf, queueOf, schemaOf, waitingOf } from './names.js'

/** Thrown where a promise looks at what a product does not show. */
export class NotShown extends Error {
  override readonly name = 'NotShown'
}

export interface Sources {
  readonly database: Database
  readonly channel: ConfirmChannel
  readonly prefix: string
  readonly services: readonly string[]
  readonly endpoints: readonly string[]
}

/** What stands in the stores, at this moment: read in one transaction. */
export async function readStores({ database, prefix, services }: Sources): Promise<Record<string, StoreView>> {
  if (services.length === 0) return {}
  const all = services.map((service, index) => `SELECT ${index} AS service, collection, id, value::text FROM ${schemaOf(prefix, service)}.documents WHERE value IS NOT NULL`)
  const { rows } = await database.query<{ service: number; collection: string; id: string; value: string }>(`${all.join(' UNION ALL ')} ORDER BY 1, 2, 3`)
  return Object.fromEntries(services.map((service, index) => [service, storeView(rows.filter((row) => row.service === index))]))
}

function storeView(rows: readonly { readonly collection: string; readonly id: string; readonly value: string }[]): StoreView {
  const collections = new Map<string, { readonly id: string; readonly value: unknown }[]>()
  for (const { collection, id, value } of rows) {
    const documents = collections.get(collection) ?? []
    documents.push({ id, value: JSON.parse(value) as unknown })
    collections.set(collection, documents)
  }
  // In the order in which JavaScript compares texts, as SQLite does; a database's own order depends on its collation.
  const inOrder = (collection: string): readonly { readonly id: string; readonly value: unknown }[] => [...(collections.get(collection) ?? [])].sort((one, other) => (one.id < other.id ? -1 : 1))
  return {
    get: <T>(collection: string, id: string) => collections.get(collection)?.find((document) => document.id === id)?.value as T | undefined,
    list: <T>(collection: string) => inOrder(collection).map(({ value }) => value as T),
    ids: (collection) => inOrder(collection).map(({ id }) => id),
    collections: () => [...collections.keys()].sort(),
  }
}

/** Takes everything out of the queues, when nobody receives from them any more. */
export async function drainQueues({ channel, prefix, endpoints }: Sources): Promise<Record<string, QueueView>> {
  const take = async (queue: string, state: MessageView['state']): Promise<MessageView[]> => {
    const messages: MessageView[] = []
    for (;;) {
      const message = await channel.get(queue, { noAck: true })
      if (message === false) return messages
      const record = received(message, 0, queue)
      const headers = message.properties.headers ?? {}
      const reason: unknown = headers[ownHeaders.reason]
      const deliveryCount = state === 'dead' ? Number(headers[ownHeaders.count] ?? 0) : record.deliveryCount - 1
      messages.push({ id: record.id, type: record.type, state, deliveryCount, ...(state === 'dead' ? { reason: typeof reason === 'string' ? reason : '' } : {}), body: JSON.parse(record.text) as Json })
    }
  }
  const views = endpoints.map(async (name): Promise<[string, QueueView]> => {
    const [visible, waiting, due, deadLetters] = [await take(queueOf(prefix, name), 'visible'), await take(waitingOf(prefix, name), 'delayed'), await take(dueOf(prefix, name), 'delayed'), await take(deadLettersOf(prefix, name), 'dead')]
    return [name, { name, messages: [...visible, ...waiting, ...due], deadLetters }]
  })
  return Object.fromEntries(await Promise.all(views))
}

/** @param queues left out while messages are still received: RabbitMQ shows the contents of a queue only to whoever takes them out. */
export function viewOf(stores: Readonly<Record<string, StoreView>>, queues: Readonly<Record<string, QueueView>> | undefined, sent: readonly SentMessage[], clicks: readonly Click[], ledgers: Readonly<Record<string, Json>>): View {
  return {
    stores,
    queues: queues ?? new Proxy<Record<string, QueueView>>({}, { get: () => refuse() }),
    browser: { clicks },
    sent,
    ledgers,
  }
}

function refuse(): never {
  throw new NotShown('what stands in a queue while it is consumed')
}
