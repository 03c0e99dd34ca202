import { expect, test } from 'vitest'
import type { DeliveryRecord } from '../broker/index.js'
import { endpoint, put } from '../index.js'
import type { Result } from '../simulation/index.js'
import { Failed, Hosted, type Doer } from './hosting.js'
import { makeWorld } from './instance.js'

const record: DeliveryRecord = { serial: 1, id: 'm1', type: 'Go', text: '{"type":"Go"}', headers: {}, deliveryCount: 1, failures: 0 }

/** Runs a handler once, with everything that it asks for done by `perform`. */
async function host(perform: Doer['perform']): Promise<{ readonly log: readonly string[]; readonly results: readonly Result[]; readonly failures: readonly unknown[] }> {
  const log: string[] = []
  const results: Result[] = []
  const failures: unknown[] = []
  const system = [
    endpoint('orders', {
      async Go(_message, { store }) {
        await store.commit(put('orders', 'c1', {}))
        log.push('code goes on')
      },
    }),
  ]
  const world = makeWorld({ system: () => system, instances: { orders: 1 } })
  const slot = world.slots.findIndex(({ node }) => node.name === 'orders')
  const hosted = new Hosted({
    world,
    slot,
    incarnation: 1,
    gate: {
      enter: (request) => {
        log.push(`asks for ${request.kind}`)
        return Promise.resolve({ how: 'plain', reach: () => Promise.resolve(), patience: new AbortController().signal })
      },
      leave: ({ effect }, result) => {
        log.push(`done: ${effect.request === undefined ? '' : 'it'}`)
        results.push(result)
        return Promise.resolve()
      },
      quiet: () => undefined,
    },
    doer: { perform },
    clock: { now: 0, later: () => () => undefined, skew: 0, chance: undefined },
    seeded: false,
    fail: (error) => failures.push(error),
    ended: (task) => log.push(`ended: ${task.label}`),
    thrown: (_task, { name }) => log.push(`threw ${name}`),
  })
  hosted.boot()
  await hosted.run({ hash: 0, seed: 1, label: 'Go m1', payload: record })
  world.close()
  return { log, results, failures }
}

test('code asks before each operation, and goes on when it has leave', async () => {
  const { log, failures } = await host((request) => Promise.resolve(request.kind === 'commit' ? [1] : undefined))
  expect(log).toEqual(['asks for commit', 'done: it', 'code goes on', 'asks for settle', 'done: it', 'ended: Go m1'])
  expect(failures).toEqual([])
})

test('the code gets an error that the product gives', async () => {
  const { log, results } = await host((request) => (request.kind === 'commit' ? Promise.reject(new Failed({ name: 'TimeoutError', message: 'nobody knows' }, true)) : Promise.resolve(undefined)))
  expect(log).toContain('threw TimeoutError')
  expect(log).not.toContain('code goes on')
  expect(results[0]).toMatchObject({ ok: false, error: { name: 'TimeoutError' }, injected: true })
})

test('any other error is no error of the code: it never hears of it', async () => {
  const trouble = new Error('the disk is full')
  const ended = host((request) => (request.kind === 'commit' ? Promise.reject(trouble) : Promise.resolve(undefined)))
  const first = await Promise.race([ended, new Promise<'waits'>((resolve) => setTimeout(() => resolve('waits'), 100))])
  expect(first).toBe('waits')
})
