import type { World } from '../../simulation/index.js'
import { parts } from '../../system/index.js'
import { ownHeaders } from '../inbound.js'
import type { Claim } from '../leftovers.js'
import { deadLettersOf, eventsOf, queueOf, schemaOf, waitingOf } from '../names.js'
import type { Services } from '../services.js'
import { createStore } from '../store.js'
import { declare, remove, topologyOf, type Topology } from '../topology.js'
import type { Payment } from './payments.js'

/** What a system under load has in the broker and in the database. */
export interface LoadStage {
  readonly prefix: string
  readonly endpoints: readonly string[]
  /** Makes sure that an event of a type can be published, even if nobody wants it. */
  allow(type: string): Promise<void>
  /** Publishes payments, in batches that are confirmed. */
  publish(payments: readonly Payment[], signal: AbortSignal): Promise<void>
  /** How many messages are ready in the queues, whether they wait to come again, or were given up. What somebody holds is not counted. */
  depths(): Promise<Depths>
  /** The reason why a message was given up. Takes it out. */
  deadLetter(): Promise<{ readonly endpoint: string; readonly id: string; readonly reason: string } | undefined>
  remove(): Promise<void>
}

export interface Depths {
  readonly ready: number
  readonly waiting: number
  readonly dead: number
}

export async function setLoadStage({ database, channel, spare }: Services, claim: Claim, prefix: string, world: World): Promise<LoadStage> {
  const subscribers = parts(world).broker.endpoints
  const endpoints = subscribers.map(({ endpoint }) => endpoint)
  const types = [...new Set(subscribers.flatMap(({ types: wanted }) => wanted))]
  const made: Topology[] = [topologyOf(prefix, subscribers, types)]
  for (const topology of made) await claim.note(topology)
  await Promise.all([database.query(endpoints.map((name) => createStore(prefix, name)).join(';\n')), declare(channel, prefix, subscribers, types, queueOf)])
  const counter = await spare()
  const count = async (queue: string): Promise<number> => (await counter.checkQueue(queue)).messageCount
  const sum = async (nameOf: (prefix: string, endpoint: string) => string): Promise<number> => (await Promise.all(endpoints.map((name) => count(nameOf(prefix, name))))).reduce((all, each) => all + each, 0)
  return {
    prefix,
    endpoints,
    async allow(type) {
      if (types.includes(type)) return
      types.push(type)
      const more: Topology = { queues: [], exchanges: [eventsOf(prefix, type)] }
      await claim.note(more)
      await channel.assertExchange(eventsOf(prefix, type), 'fanout', { durable: true })
      made.push(more)
    },
    async publish(payments, signal) {
      for (let first = 0; first < payments.length && !signal.aborted; first += batch) {
        for (const { id, event } of payments.slice(first, first + batch)) {
          channel.publish(eventsOf(prefix, event.type), '', Buffer.from(JSON.stringify(event)), { messageId: id, type: event.type, contentType: 'application/json', persistent: true })
        }
        await channel.waitForConfirms()
      }
    },
    depths: async () => ({ ready: await sum(queueOf), waiting: await sum(waitingOf), dead: await sum(deadLettersOf) }),
    async deadLetter() {
      for (const endpoint of endpoints) {
        const message = await counter.get(deadLettersOf(prefix, endpoint), { noAck: true })
        if (message !== false) return { endpoint, id: String(message.properties.messageId), reason: String(message.properties.headers?.[ownHeaders.reason] ?? '') }
      }
      return undefined
    },
    async remove() {
      await counter.close()
      for (const topology of made) await remove(channel, topology)
      await database.query(endpoints.map((name) => `DROP SCHEMA ${schemaOf(prefix, name)} CASCADE`).join('; '))
      for (const topology of made) await claim.forget(topology)
    },
  }
}

/** Messages that are published before their confirms are waited for. */
const batch = 200
