import { connect, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib'
import { brokerRefused, sendUnknown, type Envelope } from '../broker/index.js'
import { Failed, type Clearance } from './hosting.js'
import { codeHeaders } from './inbound.js'
import { commandsOf, deadLettersOf, eventsOf, laterOf, queueOf } from './names.js'

/** Sends messages, each with a confirm: a connection and a channel of its own, made anew when they have broken. */
export class Publisher {
  #connection: ChannelModel | undefined
  #channel: ConfirmChannel | undefined
  /** Set while there is a connection: resolved when it has broken. */
  #broken: Promise<void> = Promise.resolve()

  constructor(
    private readonly address: string,
    private readonly prefix: string,
    /** RabbitMQ takes no messages any more. */
    private readonly onBlocked: (reason: string) => void = () => undefined,
  ) {}

  async open(): Promise<void> {
    await this.#connected()
  }

  /**
   * @param delay milliseconds that nobody receives it before; the real ones are fewer: see `waiting` in `topology.ts`.
   * @throws Failed when the broker was not there, or when the connection broke before it had confirmed.
   */
  async send(destination: string | undefined, letter: Envelope, delay: number | undefined, { how, reach }: Clearance): Promise<void> {
    if (how === 'refused') await this.#broken
    const channel = await this.#connected().catch(() => undefined)
    if (channel === undefined) throw new Failed(brokerRefused, how === 'refused')
    if (how !== 'plain' && how !== 'refused') await reach()
    const [exchange, key] = destination === undefined ? [eventsOf(this.prefix, letter.type), ''] : [delay === undefined ? commandsOf(this.prefix) : laterOf(this.prefix), destination]
    try {
      await publish(channel, exchange, key, letter)
    } catch {
      throw new Failed(sendUnknown, how !== 'plain')
    }
  }

  /** Moves the dead letters of an endpoint back, one by one, as a shovel does: sent again as they are, confirmed, then acknowledged. */
  async redrive(endpoint: string): Promise<number> {
    const channel = await this.#connected()
    for (let moved = 0; ; moved++) {
      const message = await channel.get(deadLettersOf(this.prefix, endpoint))
      if (message === false) return moved
      const { messageId, type, headers = {} } = message.properties as { readonly messageId: string; readonly type: string; readonly headers?: Readonly<Record<string, unknown>> }
      await publish(channel, '', queueOf(this.prefix, endpoint), { id: messageId, type, text: message.content.toString('utf8'), headers: codeHeaders(headers) })
      channel.ack(message)
    }
  }

  async close(): Promise<void> {
    await this.#connection?.close().catch(() => undefined)
  }

  async #connected(): Promise<ConfirmChannel> {
    if (this.#channel !== undefined) return this.#channel
    const connection = await connect(this.address, { noDelay: true })
    this.#connection = connection
    this.#broken = new Promise((resolve) => {
      connection.on('close', () => {
        this.#channel = undefined
        resolve()
      })
    })
    connection.on('error', () => undefined) // 'close' follows
    connection.on('blocked', this.onBlocked)
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => undefined)
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
    })
    this.#channel = channel
    return channel
  }
}

/** Comes back when the broker has confirmed: it has the message on disk, in every queue that gets it. */
export function publish(channel: ConfirmChannel, exchange: string, key: string, letter: Pick<Envelope, 'id' | 'type' | 'text' | 'headers'>, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const options: Options.Publish = { messageId: letter.id, type: letter.type, contentType: 'application/json', persistent: true, headers: { ...letter.headers, ...headers } }
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('closed before it was confirmed'))
    channel.once('close', closed)
    channel.publish(exchange, key, Buffer.from(letter.text), options, (error: unknown) => {
      channel.off('close', closed)
      if (error === null || error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error('not confirmed'))
    })
  })
}
