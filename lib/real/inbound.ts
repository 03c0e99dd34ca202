import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import { ackUnknown, type DeliveryRecord, type Settlement } from '../broker/index.js'
import { Failed, type Clearance } from './hosting.js'
import { deadLettersOf, queueOf } from './names.js'

/** Headers of ours, which code does not get to see. */
export const ownHeaders = { copy: 'x-rsm-copy', reason: 'x-rsm-reason', count: 'x-rsm-deliveries', failures: 'x-rsm-failures' } as const

/**
 * The receiving side of one queue: manual acknowledgements, on a connection of its own, so that sending and receiving break apart.
 *
 * When the connection breaks, RabbitMQ gives whatever was not acknowledged to somebody, soon; who held it learns of that when it settles.
 */
export class Inbound {
  #connection: ChannelModel | undefined
  #channel: ConfirmChannel | undefined
  #next = 1
  readonly #held = new Map<number, { readonly message: ConsumeMessage; readonly channel: ConfirmChannel }>()
  #closing = false

  constructor(
    private readonly address: string,
    private readonly prefix: string,
    private readonly endpoint: string,
    /** How many messages it may hold at the same time. */
    private readonly concurrency: number,
  ) {}

  /** Receives for as long as the process lives. */
  async consume(take: (record: DeliveryRecord) => void): Promise<void> {
    const channel = await this.#connected(() => void this.#again(take))
    await channel.prefetch(this.concurrency)
    await channel.consume(queueOf(this.prefix, this.endpoint), (message) => {
      if (message !== null) take(this.#keep(message, channel))
    })
  }

  /** Receives one message: a consumer of its own, for as long as it takes, so that nothing is held that nobody has asked for. */
  async receiveOne(): Promise<DeliveryRecord> {
    const channel = await this.#connected(() => undefined)
    await channel.prefetch(1)
    return new Promise((resolve, reject) => {
      channel.once('close', () => reject(new Error('the connection has broken')))
      const taken = (message: ConsumeMessage | null): void => {
        if (message === null) return
        void channel.cancel(message.fields.consumerTag).then(() => resolve(this.#keep(message, channel)), reject)
      }
      channel.consume(queueOf(this.prefix, this.endpoint), taken).catch(reject)
    })
  }

  /**
   * An acknowledgement has no answer in AMQP 0-9-1. To know that it has arrived, something is asked on the same channel that has one: channels keep order.
   *
   * @throws Failed when the connection has broken since: the message has been, or will be, delivered again.
   */
  async settle(record: DeliveryRecord, how: Settlement, { how: ordered, reach }: Clearance): Promise<void> {
    const held = this.#held.get(record.serial)
    if (held === undefined || held.channel !== this.#channel) throw new Failed({ name: 'LockLostError', message: `The lock of ${record.type} ${record.id} has expired. The message has been, or will be, delivered again.` })
    const { message, channel } = held
    if (ordered !== 'plain') await reach()
    try {
      await this.#tell(message, channel, record, how)
      await channel.prefetch(this.concurrency)
    } catch {
      throw new Failed(ackUnknown, ordered !== 'plain')
    }
    this.#held.delete(record.serial)
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#connection?.close().catch(() => undefined)
  }

  async #tell(message: ConsumeMessage, channel: ConfirmChannel, record: DeliveryRecord, { verb, delay = 0, reason = '' }: Settlement): Promise<void> {
    switch (verb) {
      case 'ack':
        channel.ack(message)
        return
      case 'abandon':
        // Rejected, it goes where messages wait, and comes from there when its time has come; see `topology.ts`.
        channel.nack(message, false, delay === 0)
        return
      case 'dead-letter':
        // RabbitMQ has no reason for a rejection. So it is sent on with one, and then acknowledged: a crash in between would leave both.
        await new Promise<void>((resolve, reject) => {
          const headers = { ...(message.properties.headers ?? {}), [ownHeaders.reason]: reason, [ownHeaders.count]: record.deliveryCount }
          channel.once('close', () => reject(new Error('closed')))
          channel.sendToQueue(deadLettersOf(this.prefix, this.endpoint), message.content, { ...properties(message), persistent: true, headers }, (error: unknown) => (error === null || error === undefined ? resolve() : reject(new Error('not confirmed'))))
        })
        channel.ack(message)
        return
      case 'renew':
        return // nothing to renew: RabbitMQ's hold on a message does not end by itself while the connection lives (but for its consumer timeout)
    }
  }

  #keep(message: ConsumeMessage, channel: ConfirmChannel): DeliveryRecord {
    const serial = this.#next
    this.#next += 1
    this.#held.set(serial, { message, channel })
    return received(message, serial, queueOf(this.prefix, this.endpoint))
  }

  async #again(take: (record: DeliveryRecord) => void): Promise<void> {
    if (this.#closing) return
    for (;;) {
      try {
        await this.consume(take)
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20)) // the broker is not there yet
      }
    }
  }

  async #connected(broken: () => void): Promise<ConfirmChannel> {
    if (this.#channel !== undefined) return this.#channel
    const connection = await connect(this.address, { noDelay: true })
    connection.on('error', () => undefined) // 'close' follows
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => undefined)
    connection.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
      broken()
    })
    this.#connection = connection
    this.#channel = channel
    return channel
  }
}

/** How often it was delivered: requeued after a crash (`x-delivery-count`), or rejected to wait and come again, which {@link rejectionsOf} counts. */
export function received(message: Pick<ConsumeMessage, 'content' | 'properties'>, serial: number, queue: string): DeliveryRecord {
  const { headers = {}, ...properties } = message.properties
  const failures = rejectionsOf(headers, queue)
  return {
    serial,
    id: String(properties.messageId),
    type: String(properties.type),
    text: message.content.toString('utf8'),
    headers: codeHeaders(headers),
    deliveryCount: 1 + Number(headers['x-delivery-count'] ?? 0) + failures,
    failures,
  }
}

/**
 * How often a message was rejected that comes from where messages wait. RabbitMQ says so in `x-death`; from 4.0 on it does not go on counting what a client
 * has published again, so whoever does that keeps the count.
 */
export function rejectionsOf(headers: Readonly<Record<string, unknown>>, queue: string): number {
  const deaths = (headers['x-death'] ?? []) as readonly { readonly queue: string; readonly reason: string; readonly count: number }[]
  return Number(headers[ownHeaders.failures] ?? 0) + (deaths.find((death) => death.queue === queue && death.reason === 'rejected')?.count ?? 0)
}

/** Without the broker's and our own. */
export function codeHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (/^x-(?:death|delivery-count|first-death|last-death|acquired-count|rsm-)/.test(name) ? [] : [[name, String(value)]])))
}

function properties({ properties: { messageId, type, contentType } }: ConsumeMessage): { messageId: string; type: string; contentType: string } {
  return { messageId: String(messageId), type: String(type), contentType: String(contentType) }
}
