import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insert, prepare } from '../store/index.js'
import { addressesFrom, through } from './addresses.js'
import { claimRun, type Claim } from './leftovers.js'
import { nameExecution, schemaOf } from './names.js'
import { Publisher } from './publisher.js'
import { blocked, refusedBy } from './refusals.js'
import { connectServices, type Services } from './services.js'
import { createStore, PostgresStore } from './store.js'

const addresses = addressesFrom(process.env)
const found = await connectServices(addresses).catch(() => undefined)

function refusal(code: string, text: string): DatabaseError {
  return Object.assign(new DatabaseError(text, text.length, 'error'), { code })
}

test('what PostgreSQL refuses is told with its code, and what to do', () => {
  expect(refusedBy(refusal('53100', 'could not extend file "base/1": No space left on device'))).toEqual({
    what: 'PostgreSQL refuses a statement: could not extend file "base/1": No space left on device (53100).',
    why: 'That is no error of the code under test, so nothing can be said of it.',
    next: 'Its disk is full: make room there, and run the command again.',
  })
  expect(refusedBy(refusal('53300', 'too many clients'))?.next).toBe('It is short of something: its log says of what. Run the command again when it has it.')
  expect(refusedBy(refusal('57P01', 'terminating connection'))?.next).toBe('Somebody has stopped it: run the command again when it answers.')
  expect(refusedBy(refusal('42P01', 'no such relation'))?.next).toContain('please report it')
  expect(refusedBy(new Error('another'))).toBeUndefined()
})

test('RabbitMQ says why it takes no messages', () => {
  expect(blocked('low on disk').what).toBe('RabbitMQ takes no messages any more: low on disk.')
  expect(blocked('').what).toBe('RabbitMQ takes no messages any more: it gives no reason.')
})

describe.runIf(found !== undefined)('where both answer', () => {
  let services: Services
  let claim: Claim
  beforeAll(async () => {
    if (found !== undefined) services = found
    claim = await claimRun(services)
  })
  afterAll(async () => {
    await claim.release()
    await services.close()
  })

  test('a full disk at a commit is no ambiguous commit, and no error of the code', async () => {
    const prefix = nameExecution(claim.run, 1)
    const schema = schemaOf(prefix, 'orders')
    await services.database.query(`${createStore(prefix, 'orders')};
      CREATE FUNCTION ${schema}.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
      CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON ${schema}.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${schema}.full()`)
    const store = new PostgresStore(addresses.database.href, prefix, 'orders')
    const clearance = { how: 'plain', reach: () => Promise.resolve(), patience: new AbortController().signal } as const
    const error: unknown = await store.perform({ kind: 'commit', writes: prepare([insert('orders', 'c1', { car: 'Porsche 911' })]) }, clearance).catch((reason: unknown) => reason)
    await store.close()
    expect(refusedBy(error)?.what).toBe('PostgreSQL refuses a statement: No space left on device (53100).')
  })

  test('a publisher that RabbitMQ blocks hears the reason', async () => {
    const proxy = await blockingProxy(addresses.broker, 'low on disk')
    const heard = new Promise<string>((resolve) => {
      const publisher = new Publisher(through(addresses.broker, proxy.port).href, nameExecution(claim.run, 2), resolve)
      publisher.open().then(proxy.block, resolve)
    })
    expect(await heard).toBe('low on disk')
    proxy.close()
  })
})

/** A proxy that says `connection.blocked` in RabbitMQ's place: AMQP 0-9-1, class 10, method 60. */
async function blockingProxy(target: URL, reason: string): Promise<{ readonly port: number; readonly block: () => void; close(): void }> {
  const sockets: Socket[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    sockets.push(client, upstream)
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const text = Buffer.from(reason)
  const payload = Buffer.concat([Buffer.from([0, 10, 0, 60, text.length]), text])
  const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length])
  return {
    port: (server.address() as AddressInfo).port,
    block: () => void sockets[0]?.write(Buffer.concat([head, payload, Buffer.from([0xce])])),
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
