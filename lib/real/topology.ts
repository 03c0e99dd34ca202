import type { Channel } from 'amqplib'
import { commandsOf, deadLettersOf, dueOf, eventsOf, laterOf, queueOf, waitingOf } from './names.js'

/** An endpoint, and the types of the events that it wants a copy of. */
export interface Subscriber {
  readonly endpoint: string
  readonly types: readonly string[]
}

/** What an execution has in the broker. */
export interface Topology {
  readonly queues: readonly string[]
  readonly exchanges: readonly string[]
}

/** How long a message waits in the queue for what comes later, in real milliseconds, however long it is to wait; the director's clock does the rest. */
const wait = 50

/**
 * After so many milliseconds without a consumer RabbitMQ removes a queue by itself, and exchanges with the last queue that is bound to them: where the database is
 * gone that says what a killed run has left behind, nobody else could.
 */
const expires = 3_600_000

/** More often than any message is ever returned: the retry limit of an endpoint is kept where its handlers are, as it counts rejections, too. */
const deliveryLimit = 100_000

export function topologyOf(prefix: string, subscribers: readonly Subscriber[], types: readonly string[]): Topology {
  return {
    queues: subscribers.flatMap(({ endpoint }) => [queueOf(prefix, endpoint), deadLettersOf(prefix, endpoint), waitingOf(prefix, endpoint), dueOf(prefix, endpoint)]),
    exchanges: [commandsOf(prefix), laterOf(prefix), ...types.map((type) => eventsOf(prefix, type))],
  }
}

/**
 * A quorum queue for each endpoint, which survives the loss of a broker's node; what its consumers reject goes to a queue where it waits, and on to the
 * next when its time to live is over. From there the director gives it back when its time has come by its clock: see `stage.ts`. Where
 * clocks are real, `afterWaiting` is the queue of the endpoint itself. An exchange for each type of event, and one for commands. Dead letters lie in a queue of their own.
 */
export async function declare(channel: Channel, prefix: string, subscribers: readonly Subscriber[], types: readonly string[], afterWaiting: (prefix: string, endpoint: string) => string = dueOf): Promise<void> {
  const exchange = (name: string, type: 'fanout' | 'direct'): Promise<unknown> => channel.assertExchange(name, type, { durable: true, autoDelete: true })
  await Promise.all([exchange(commandsOf(prefix), 'direct'), exchange(laterOf(prefix), 'direct'), ...types.map((type) => exchange(eventsOf(prefix, type), 'fanout'))])
  await Promise.all(
    subscribers.map(async ({ endpoint, types: wanted }) => {
      const queue = queueOf(prefix, endpoint)
      const waiting = waitingOf(prefix, endpoint)
      await Promise.all([
        channel.assertQueue(queue, {
          durable: true,
          arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': waiting, 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish', 'x-expires': expires },
        }),
        channel.assertQueue(waiting, { durable: true, expires, messageTtl: wait, deadLetterExchange: '', deadLetterRoutingKey: afterWaiting(prefix, endpoint) }),
        channel.assertQueue(dueOf(prefix, endpoint), { durable: true, expires }),
        channel.assertQueue(deadLettersOf(prefix, endpoint), { durable: true, expires }),
      ])
      await Promise.all([
        channel.bindQueue(queue, commandsOf(prefix), endpoint),
        channel.bindQueue(waiting, laterOf(prefix), endpoint),
        ...wanted.map((type) => channel.bindQueue(queue, eventsOf(prefix, type), '')),
      ])
    }),
  )
}

/** Removes what is there of it; what is not there is no error. */
export async function remove(channel: Channel, { queues, exchanges }: Topology): Promise<void> {
  await Promise.all([...queues.map((queue) => channel.deleteQueue(queue)), ...exchanges.map((exchange) => channel.deleteExchange(exchange))])
}
