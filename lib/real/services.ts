import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib'
import { Client } from 'pg'
import { MachineError } from '../simulation/index.js'
import { shown, type Addresses } from './addresses.js'

/** The two products, as the director uses them: by the direct way, which nobody cuts. */
export interface Services {
  readonly addresses: Addresses
  readonly database: Client
  readonly channel: ConfirmChannel
  /** A second channel: what is not there closes the channel that asked for it. */
  readonly spare: () => Promise<Channel>
  /** As the servers say: `RabbitMQ 3.10.8`, `PostgreSQL 15.20`. */
  readonly versions: { readonly broker: string; readonly database: string }
  readonly close: () => Promise<void>
}

/** @throws MachineError when one of them does not answer. */
export async function connectServices(addresses: Addresses): Promise<Services> {
  const [database, broker] = await Promise.allSettled([connectDatabase(addresses.database), connectBroker(addresses.broker)])
  if (database.status === 'fulfilled' && broker.status === 'fulfilled') return servicesOf(addresses, database.value, broker.value)
  if (database.status === 'fulfilled') await database.value.end()
  if (broker.status === 'fulfilled') await broker.value.close()
  throw unanswered([database, broker].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])))
}

async function servicesOf(addresses: Addresses, database: Client, broker: ChannelModel): Promise<Services> {
  const channel = await broker.createConfirmChannel()
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version')
  return {
    addresses,
    database,
    channel,
    spare: () => broker.createChannel(),
    versions: { broker: `RabbitMQ ${broker.connection.serverProperties.version}`, database: `PostgreSQL ${rows[0]?.server_version.split(' ')[0] ?? ''}` },
    close: async () => {
      await Promise.allSettled([database.end(), broker.close()])
    },
  }
}

async function connectDatabase(address: URL): Promise<Client> {
  const client = new Client({ connectionString: address.href, application_name: 'rock-solid-messaging', connectionTimeoutMillis: patience })
  client.on('error', () => undefined) // whoever uses it next hears of it
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new Unanswered('PostgreSQL', address, 'DATABASE_URL', error)
  }
}

async function connectBroker(address: URL): Promise<ChannelModel> {
  try {
    const broker = await connect(address.href, { timeout: patience, noDelay: true })
    broker.on('error', () => undefined) // whoever uses it next hears of it
    return broker
  } catch (error) {
    throw new Unanswered('RabbitMQ', address, 'RABBITMQ_URL', error)
  }
}

/** Milliseconds. */
const patience = 5_000

class Unanswered extends Error {
  constructor(
    product: string,
    address: URL,
    readonly variable: string,
    error: unknown,
  ) {
    super(`${product} does not answer at ${shown(address)}: ${reasonOf(error, address)}.`)
  }
}

function unanswered(errors: readonly unknown[]): unknown {
  const known = errors.filter((error) => error instanceof Unanswered)
  if (known.length < errors.length) return errors.find((error) => !(error instanceof Unanswered))
  return new MachineError({
    what: known.map(({ message }) => message).join('\n'),
    why: 'Running an exercise for real needs PostgreSQL and RabbitMQ. Nothing was started, and nothing was left behind.',
    next: `docker compose up -d starts both, as compose.yaml says; wait until docker compose ps calls them healthy. If yours ${known.length === 1 ? 'is' : 'are'} somewhere else, set ${known.map(({ variable }) => variable).join(' and ')}.`,
  })
}

/** What the client said, without the password, whoever quotes it. */
function reasonOf(error: unknown, { password }: URL): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const text = first instanceof Error ? first.message : String(first)
  const hidden = password === '' ? text : text.replaceAll(decodeURIComponent(password), '…').replaceAll(password, '…')
  return hidden.split('\n')[0]?.replace(/\.$/, '') ?? ''
}
