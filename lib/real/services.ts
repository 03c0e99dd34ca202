import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib'
import { Client } from 'pg'
import { MachineError } from '../simulation/index.js'
import { shown, type Addresses } from './addresses.js'
import { oneAtATime, type Database } from './database.js'
import { blocked } from './refusals.js'

/** The two products, as the director uses them: by the direct way, which nobody cuts. */
export interface Services {
  readonly addresses: Addresses
  readonly database: Database
  readonly channel: ConfirmChannel
  /** A second channel: what is not there closes the channel that asked for it. */
  readonly spare: () => Promise<Channel>
  /** As the servers say: `RabbitMQ 3.10.8`, `PostgreSQL 15.20`. */
  readonly versions: { readonly broker: string; readonly database: string }
  /** Told when a service goes away, or takes nothing any more, before `close` is called. */
  readonly onLost: (tell: (error: MachineError) => void) => void
  readonly close: () => Promise<void>
}

/** @throws MachineError when one of them does not answer, or does not let us in. */
export async function connectServices(addresses: Addresses): Promise<Services> {
  const [database, broker] = await Promise.allSettled([connectDatabase(addresses.database), connectBroker(addresses.broker)])
  if (database.status === 'fulfilled' && broker.status === 'fulfilled') return servicesOf(addresses, database.value, broker.value)
  if (database.status === 'fulfilled') await database.value.end()
  if (broker.status === 'fulfilled') await broker.value.close()
  throw unusable([database, broker].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])))
}

async function servicesOf(addresses: Addresses, database: Client, broker: ChannelModel): Promise<Services> {
  const channel = await broker.createConfirmChannel()
  channel.on('error', ignore) // whoever uses it next hears of it
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version')
  let closing = false
  return {
    addresses,
    database: oneAtATime(database),
    channel,
    spare: async () => {
      const spare = await broker.createChannel()
      spare.on('error', ignore)
      return spare
    },
    versions: { broker: `RabbitMQ ${broker.connection.serverProperties.version}`, database: `PostgreSQL ${rows[0]?.server_version.split(' ')[0] ?? ''}` },
    onLost(tell) {
      const lost = (error: MachineError): void => {
        if (!closing) tell(error)
      }
      database.once('end', () => lost(wentAway('PostgreSQL', addresses.database)))
      broker.once('close', () => lost(wentAway('RabbitMQ', addresses.broker)))
      broker.once('blocked', (reason: string) => lost(new MachineError(blocked(reason))))
    },
    close: async () => {
      closing = true
      await Promise.allSettled([database.end(), broker.close()])
    },
  }
}

async function connectDatabase(address: URL): Promise<Client> {
  const client = new Client({ connectionString: address.href, application_name: 'rock-solid-messaging', connectionTimeoutMillis: patience })
  client.on('error', ignore) // whoever uses it next hears of it
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new Unusable('PostgreSQL', address, 'DATABASE_URL', error)
  }
}

async function connectBroker(address: URL): Promise<ChannelModel> {
  try {
    const broker = await connect(address.href, { timeout: patience, noDelay: true })
    broker.on('error', ignore) // whoever uses it next hears of it
    return broker
  } catch (error) {
    throw new Unusable('RabbitMQ', address, 'RABBITMQ_URL', error)
  }
}

/** Milliseconds. */
const patience = 5_000

function ignore(): void {
  // Somebody else says so.
}

/** Why a service cannot be used. */
type Reason = 'no answer' | 'not let in' | 'not there'

class Unusable extends Error {
  readonly because: Reason

  constructor(
    product: string,
    address: URL,
    readonly variable: string,
    error: unknown,
  ) {
    const because = becauseOf(error)
    const what = because === 'no answer' ? 'does not answer' : because === 'not let in' ? 'does not let us in' : 'has no such place'
    super(`${product} ${what} at ${shown(address)}: ${reasonOf(error, address)}.`)
    this.because = because
  }
}

/** As PostgreSQL's SQLSTATE and RabbitMQ's reply code say: 3D000 and 530 for a database or a virtual host that is not there. */
function becauseOf(error: unknown): Reason {
  const { code } = error as { readonly code?: unknown }
  if (code === '3D000' || code === 530) return 'not there'
  if (code === '28P01' || code === '28000' || code === 403) return 'not let in'
  const text = error instanceof Error ? error.message : ''
  return /\b530\b|NOT[_-]ALLOWED|ConnectionOpenOk/.test(text) ? 'not there' : /\b403\b|ACCESS[_-]REFUSED|SASL|password must be/.test(text) ? 'not let in' : 'no answer'
}

function unusable(errors: readonly unknown[]): unknown {
  const known = errors.filter((error) => error instanceof Unusable)
  if (known.length < errors.length) return errors.find((error) => !(error instanceof Unusable))
  const named = (because: Reason): readonly string[] => known.flatMap((error) => (error.because === because ? [error.variable] : []))
  const [silent, closed, absent] = [named('no answer'), named('not let in'), named('not there')]
  return new MachineError({
    what: known.map(({ message }) => message).join('\n'),
    why: 'Running an exercise for real needs PostgreSQL and RabbitMQ. Nothing was started, and nothing was left behind.',
    next: [
      ...(silent.length === 0 ? [] : [`docker compose up -d starts both, as compose.yaml says; wait until docker compose ps calls them healthy. If yours ${silent.length === 1 ? 'is' : 'are'} somewhere else, set ${silent.join(' and ')}.`]),
      ...(closed.length === 0 ? [] : [`Look at the user and the password in ${closed.join(' and ')}.`]),
      ...absent.map((variable) => `Name a ${variable === 'DATABASE_URL' ? 'database' : 'virtual host'} that is there in ${variable}, or make this one.`),
    ].join(' '),
  })
}

function wentAway(product: string, address: URL): MachineError {
  return new MachineError({
    what: `${product} at ${shown(address)} has closed the connection while it was needed.`,
    why: 'So nothing can be said of the check that was running. What was made is still there where it could not be removed.',
    next: 'When it answers again, run the command once more: it removes what this run has left behind.',
  })
}

/** What the client said, without the password, whoever quotes it. */
function reasonOf(error: unknown, { password }: URL): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const text = first instanceof Error ? first.message : String(first)
  // amqplib does not pass on what RabbitMQ says when it closes the connection in place of opening a virtual host.
  if (text.includes('ConnectionOpenOk')) return 'the virtual host is not there, or this user may not use it'
  const hidden = password === '' ? text : text.replaceAll(decodeURIComponent(password), '…').replaceAll(password, '…')
  return hidden.split('\n')[0]?.replace(/\.$/, '') ?? ''
}
