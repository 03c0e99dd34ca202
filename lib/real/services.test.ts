import { afterEach, describe, expect, test } from 'vitest'
import { MachineError, type Explanation } from '../simulation/index.js'
import { addressesFrom, shown, through, type Addresses } from './addresses.js'
import { Door } from './door.js'
import { claimRun, removeLeftovers } from './leftovers.js'
import { connectServices, type Services } from './services.js'

const addresses = addressesFrom(process.env)
const answers = await connectServices(addresses).then(
  (services) => services.close().then(() => true),
  () => false,
)

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

async function connected(to: Addresses = addresses): Promise<Services> {
  const services = await connectServices(to)
  opened.push(services)
  return services
}

async function refused(change: (addresses: Addresses) => void): Promise<Explanation> {
  const changed = { database: new URL(addresses.database), broker: new URL(addresses.broker) }
  change(changed)
  const error: unknown = await connected(changed).catch((reason: unknown) => reason)
  if (error instanceof MachineError) return error.explanation
  throw new Error('It was let in.')
}

test('whoever does not answer is named without the password, with what starts both', async () => {
  const { what, next } = await refused(({ database, broker }) => {
    for (const url of [database, broker]) Object.assign(url, { hostname: '127.0.0.1', port: '1', username: 'erika', password: 'geheim' })
  })
  expect(what).toMatch(/^PostgreSQL does not answer at postgres:\/\/127\.0\.0\.1:1\/\w+: .*\nRabbitMQ does not answer at amqp:\/\/127\.0\.0\.1:1: /)
  expect(what).not.toContain('geheim')
  expect(next).toContain('docker compose up -d starts both')
})

describe.runIf(answers)('where both answer', () => {
  test('a database that is not there', async () => {
    const { what, why, next } = await refused(({ database }) => void (database.pathname = '/nowhere'))
    expect(what).toBe(`PostgreSQL has no such place at ${shown(new URL('/nowhere', addresses.database))}: database "nowhere" does not exist.`)
    expect(why).toContain('Nothing was started, and nothing was left behind.')
    expect(next).toBe('Name a database that is there in DATABASE_URL, or make this one.')
  })

  test('a virtual host that is not there', async () => {
    const { what, next } = await refused(({ broker }) => void (broker.pathname = '/nowhere'))
    expect(what).toMatch(/^RabbitMQ has no such place at amqp:\/\/.*\/nowhere: the virtual host is not there, or this user may not use it\.$/)
    expect(next).toBe('Name a virtual host that is there in RABBITMQ_URL, or make this one.')
  })

  test('a password that is wrong, and is not shown', async () => {
    const { what, next } = await refused(({ broker }) => void Object.assign(broker, { username: 'guest', password: 'geheim' }))
    expect(what).toMatch(/^RabbitMQ does not let us in at amqp:\/\/[^@]*: /)
    expect(what).not.toContain('geheim')
    expect(next).toBe('Look at the user and the password in RABBITMQ_URL.')
  })

  test.each([
    ['PostgreSQL', 'database'],
    ['RabbitMQ', 'broker'],
  ] as const)('%s goes away in the middle', async (product, part) => {
    const door = await Door.open(addresses[part])
    opened.push(door)
    const services = await connected({ ...addresses, [part]: through(addresses[part], door.port) })
    const lost = new Promise<MachineError>((resolve) => services.onLost(resolve))
    door.order('refused')
    const { what, next } = (await lost).explanation
    expect(what).toMatch(new RegExp(`^${product} at \\w+://127\\.0\\.0\\.1:${door.port}\\S* has closed the connection while it was needed\\.$`))
    expect(next).toContain('it removes what this run has left behind')
  })

  test('whoever closes by himself is not told', async () => {
    const services = await connected()
    const told: MachineError[] = []
    services.onLost((error) => told.push(error))
    await services.close()
    expect(told).toEqual([])
  })

  test('two runs at once leave each other alone; what is left of a run is removed by the next', async () => {
    const [one, other, third] = [await connected(), await connected(), await connected()]
    const claim = await claimRun(one)
    const queue = `${claim.run}_1.orders`
    await claim.note({ queues: [queue], exchanges: [] })
    await one.channel.assertQueue(queue, { durable: true })
    const meanwhile = await claimRun(other)
    expect(await removeLeftovers(third)).not.toContain(claim.run)
    expect((await one.channel.checkQueue(queue)).queue).toBe(queue)
    await meanwhile.release()
    await one.close() // as if it had been killed: nothing is released
    expect(await removeLeftovers(third)).toContain(claim.run)
    const gone = await third.spare()
    await expect(gone.checkQueue(queue)).rejects.toThrow(/NOT_FOUND/)
  })
})
