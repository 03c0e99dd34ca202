import { MachineError } from '../simulation/index.js'

/** Where the real services are. */
export interface Addresses {
  /** `postgres://user:password@host:5432/database` */
  readonly database: URL
  /** `amqp://user:password@host:5672/vhost` */
  readonly broker: URL
}

export const defaultDatabase = 'postgres://postgres@127.0.0.1:5432/test'
export const defaultBroker = 'amqp://guest:guest@127.0.0.1:5672'

/** As the environment says, or as `compose.yaml` starts them. @throws MachineError for an address that is none. */
export function addressesFrom(env: Readonly<Record<string, string | undefined>>): Addresses {
  return {
    database: addressIn(env, 'DATABASE_URL', defaultDatabase, ['postgres:', 'postgresql:'], 5432),
    broker: addressIn(env, 'RABBITMQ_URL', defaultBroker, ['amqp:'], 5672),
  }
}

function addressIn(env: Readonly<Record<string, string | undefined>>, name: string, usual: string, schemes: readonly string[], port: number): URL {
  const text = env[name] ?? ''
  const url = parsed(text === '' ? usual : text)
  if (url === undefined || !schemes.includes(url.protocol) || url.hostname === '') {
    throw new MachineError({
      what: `${name} is no address of the kind that is needed here: it should begin with ${schemes[0] ?? ''}//.`,
      why: 'Its connections go through a proxy that cuts them on purpose, so it must be a plain TCP address.',
      next: `Set it to something such as ${shown(new URL(usual))}, or leave it out.`,
    })
  }
  if (url.port === '') url.port = String(port)
  return url
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** For people: without user and password. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`
}

/** The same service, through a door on this machine. */
export function through(url: URL, port: number): URL {
  const door = new URL(url)
  door.hostname = '127.0.0.1'
  door.port = String(port)
  return door
}
