import type { SentMessage } from '../exploration/view.js'
import { insert, prepare } from '../store/index.js'
import type { Json, World } from '../simulation/index.js'
import { parts } from '../system/index.js'
import { codeHeaders, ownHeaders, rejectionsOf } from './inbound.js'
import type { Claim } from './leftovers.js'
import { commandsOf, dueOf, eventsOf, laterOf, queueOf, schemaOf } from './names.js'
import type { Services } from './services.js'
import type { Asked } from './protocol.js'
import { createStore } from './store.js'
import { declare, remove, topologyOf, type Topology } from './topology.js'
import type { Sources } from './view.js'

/** Everything that one execution has in the database and in the broker. */
export interface Stage extends Sources {
  /** What the broker was given to deliver, as it says itself: a queue of the director gets a copy of everything. */
  readonly sent: SentMessage[]
  /** Makes sure that an event of a type can be published, even if nobody wants it. */
  allow(type: string): Promise<void>
  /** Puts a message into one queue once more. */
  copy(endpoint: string, message: Asked): Promise<void>
  remove(): Promise<void>
}

type Documents = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

/** A message has waited. `release` puts it into the queue of its endpoint: called when its time has come. */
export type Came = (endpoint: string, id: string, release: () => Promise<void>) => void

export async function setStage(services: Services, claim: Claim, prefix: string, world: World, documents: Documents, came: Came): Promise<Stage> {
  const { database, channel } = services
  const subscribers = parts(world).broker.endpoints
  const types = [...new Set(subscribers.flatMap((subscriber) => subscriber.types))]
  const workers = [...new Set(world.nodes.filter(({ kind, slots }) => kind !== 'browser' && slots.length > 0).map(({ name }) => name))]
  const endpoints = subscribers.map(({ endpoint }) => endpoint)
  let topology: Topology = topologyOf(prefix, subscribers, types)
  await claim.note(topology)
  await Promise.all([
    database.query([...workers.map((name) => createStore(prefix, name)), ...fill(prefix, documents)].join(';\n')),
    declare(channel, prefix, subscribers, types),
  ])
  const audit = await keepAudit(services, prefix, endpoints, types)
  const returns = await returnWhatIsDue(services, prefix, endpoints, came)
  return {
    database,
    channel,
    prefix,
    services: workers,
    endpoints,
    sent: audit.sent,
    async allow(type) {
      if (types.includes(type)) return
      types.push(type)
      const more: Topology = { queues: [], exchanges: [eventsOf(prefix, type)] }
      await claim.note(more)
      await channel.assertExchange(eventsOf(prefix, type), 'fanout', { durable: true, autoDelete: true })
      await audit.bind(eventsOf(prefix, type), '')
      topology = { queues: topology.queues, exchanges: [...topology.exchanges, ...more.exchanges] }
    },
    async copy(endpoint, { id, type, text, headers }) {
      channel.sendToQueue(`${prefix}.${endpoint}`, Buffer.from(text), { messageId: id, type, contentType: 'application/json', persistent: true, headers: { ...headers, [ownHeaders.copy]: '1' } })
      await channel.waitForConfirms()
    },
    async remove() {
      await Promise.all([audit.close(), returns.close()])
      await remove(channel, topology)
      await database.query(workers.map((name) => `DROP SCHEMA ${schemaOf(prefix, name)} CASCADE`).join('; '))
      await claim.forget(topology)
    },
  }
}

function fill(prefix: string, documents: Documents): string[] {
  return Object.entries(documents).flatMap(([service, collections]) =>
    Object.entries(collections).map(([collection, members]) => [collection, Object.entries(members)] as const).flatMap(([collection, members]) =>
      members.length === 0 ? [] : prepare(members.map(([id, value]) => insert(collection, id, value))).map(({ id, text }) => `INSERT INTO ${schemaOf(prefix, service)}.documents VALUES (${[collection, id].map(literal).join(', ')}, 1, ${literal(text ?? 'null')}::jsonb)`),
    ),
  )
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** What has waited comes to the director, which gives it back: published with what counts its rejections, confirmed, then acknowledged. */
async function returnWhatIsDue({ channel, spare }: Services, prefix: string, endpoints: readonly string[], came: Came): Promise<{ close(): Promise<void> }> {
  const due = await spare()
  await Promise.all(
    endpoints.map((endpoint) =>
      due.consume(dueOf(prefix, endpoint), (message) => {
        if (message === null) return
        const { messageId, type, contentType, headers = {} } = message.properties as { readonly messageId: string; readonly type: string; readonly contentType: string; readonly headers?: Readonly<Record<string, unknown>> }
        const queue = queueOf(prefix, endpoint)
        came(endpoint, messageId, async () => {
          channel.sendToQueue(queue, message.content, { messageId, type, contentType, persistent: true, headers: { ...codeHeaders(headers), [ownHeaders.failures]: rejectionsOf(headers, queue) } })
          await channel.waitForConfirms()
          due.ack(message)
        })
      }),
    ),
  )
  return { close: () => due.close() }
}

async function keepAudit({ spare }: Services, prefix: string, endpoints: readonly string[], types: readonly string[]): Promise<{ readonly sent: SentMessage[]; bind(exchange: string, key: string): Promise<void>; close(): Promise<void> }> {
  const channel = await spare()
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
  const bind = async (exchange: string, key: string): Promise<void> => {
    await channel.bindQueue(queue, exchange, key)
  }
  await Promise.all([...endpoints.flatMap((name) => [bind(commandsOf(prefix), name), bind(laterOf(prefix), name)]), ...types.map((type) => bind(eventsOf(prefix, type), ''))])
  const sent: SentMessage[] = []
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return
      const { exchange, routingKey } = message.fields
      const to = exchange === commandsOf(prefix) || exchange === laterOf(prefix) ? routingKey : '*'
      const text = message.content.toString('utf8')
      sent.push({ to, id: String(message.properties.messageId), message: JSON.parse(text) as { readonly type: string; readonly [key: string]: Json } })
    },
    { noAck: true },
  )
  return { sent, bind, close: () => channel.close() }
}
