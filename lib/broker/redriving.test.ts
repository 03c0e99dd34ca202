import { describe, expect, test } from 'vitest'
import { endpoint, put, type HandlerContext } from '../index.js'
import { describeFinding, explore } from '../exploration/index.js'
import { tell, tellAll } from '../exploration/fixtures/stories.js'
import type { Scenario } from '../exploration/scenario.js'

const day = 24 * 3_600_000

/** Fails until a day has passed, and writes down each attempt. */
const failsForADay = (log: unknown[]) =>
  endpoint('worker', {
    Go(message: { readonly type: 'Go'; readonly number?: number }, { messageId, headers, deliveryCount }: HandlerContext) {
      const days = Math.floor(performance.now() / day)
      log.push([messageId, headers, message.number, `delivery ${deliveryCount}`, `day ${days}`])
      return days === 0 ? Promise.reject(new Error('strike')) : Promise.resolve()
    },
  }, { instances: 1 })

const once = { maxDeliveries: 1 }

describe('redrive', () => {
  test('brings a dead letter back with its body, headers and id, and counts its deliveries anew', async () => {
    const log: unknown[] = []
    const { end } = await tell({
      nodes: [failsForADay(log)],
      async scenario({ send, wait, redrive }) {
        await send('worker', { type: 'Go', number: 7 }, { id: 'mine', headers: { correlation: 'c' } })
        await wait(day)
        expect(await redrive('worker')).toBe(1)
      },
      broker: { maxDeliveries: 2 },
    })
    const told = (delivery: string, date: string): unknown => ['mine', { correlation: 'c' }, 7, delivery, date]
    expect(log).toEqual([told('delivery 1', 'day 0'), told('delivery 2', 'day 0'), told('delivery 1', 'day 1')])
    expect(end.queues).toEqual([{ name: 'worker', messages: [], deadLetters: [] }])
  })

  test('takes all dead letters of one endpoint, none of another, and none that comes later', async () => {
    const log: unknown[] = []
    const other = endpoint('other', { Go: () => Promise.reject(new Error('no')) }, { instances: 1 })
    const { end } = await tell({
      nodes: [failsForADay(log), other],
      async scenario({ send, wait, redrive }) {
        expect(await redrive('worker')).toBe(0)
        await send('worker', { type: 'Go' })
        await send('worker', { type: 'Go' })
        await send('other', { type: 'Go' })
        await wait(day)
        expect(await redrive('worker')).toBe(2)
        expect(await redrive('worker')).toBe(0)
      },
      broker: once,
    })
    expect(log).toHaveLength(4)
    expect(end.queues).toMatchObject([{ name: 'worker', deadLetters: [] }, { name: 'other', deadLetters: [{ id: 'm3' }] }])
  })

  test('gives what came back no place in the order, and leaves that of the others', async () => {
    const worker = endpoint('worker', { Go: (_message, { store, messageId }) => store.get('things', messageId).then(() => (messageId === 'm1' && performance.now() < day ? Promise.reject(new Error('no')) : undefined)) }, { instances: 1 })
    const stories = await tellAll({
      nodes: [worker],
      async scenario({ send, wait, redrive }) {
        await send('worker', { type: 'Go' })
        await wait(day)
        await redrive('worker')
        await send('worker', { type: 'Go' })
        await send('worker', { type: 'Go' })
      },
      broker: once,
    })
    const orders = stories.map(({ schedule }) => schedule.filter((label) => label.includes('receives')).slice(1).map((label) => label.replace('worker receives Go ', '')).join(', '))
    expect([...new Set(orders)].sort()).toEqual(['m1 (redriven), m2, m3', 'm2, m1 (redriven), m3', 'm2, m3, m1 (redriven)'])
  })

  test('does not make code draw the same random values again', async () => {
    const worker = endpoint('worker', { Go: (_message, { store, deliveryCount }) => store.commit(put('draws', crypto.randomUUID(), { deliveryCount })).then(() => Promise.reject(new Error('no'))) }, { instances: 1 })
    const { end } = await tell({
      nodes: [worker],
      async scenario({ send, wait, redrive }) {
        await send('worker', { type: 'Go' })
        await wait(day)
        await redrive('worker')
      },
      broker: once,
    })
    expect(end.stores['worker']?.['draws']).toHaveLength(2)
  })

  test('is no sending: what was sent stays what it was', async () => {
    const finding = await explore({
      system: () => [failsForADay([])],
      async scenario({ send, wait, redrive }) {
        await send('worker', { type: 'Go' })
        await wait(day)
        await redrive('worker')
      },
      broker: once,
      atRest: { sent: ({ sent }) => sent.length === 1 || `${sent.length} were sent`, 'nothing is dead': ({ queues }) => queues.worker.deadLetters.length === 0 || 'something is' },
    })
    expect(finding.verdict).toBe('passed')
  })

  test('may come too early, when there is no dead letter yet', async () => {
    const finding = await explore({
      system: () => [endpoint('worker', { Go: () => Promise.reject(new Error('no')) }, { instances: 1 })],
      async scenario({ send, redrive }) {
        await send('worker', { type: 'Go' })
        if ((await redrive('worker')) === 0) await send('worker', { type: 'Go' }, { id: 'early' })
      },
      broker: once,
      atRest: { 'it comes back': ({ sent }) => sent.every(({ id }) => id !== 'early') || 'nothing came back' },
    })
    expect(finding).toMatchObject({ verdict: 'broken', violation: { sentence: 'nothing came back' } })
  })

  test('is told as what somebody of operations does', async () => {
    const finding = await explore({
      system: () => [failsForADay([])],
      async scenario({ from, wait, redrive }) {
        await from('Erika').send('worker', { type: 'Go' })
        await wait(day)
        await redrive('worker')
        await redrive('worker')
      },
      broker: once,
      atRest: { 'it is told': () => 'as a story' },
    })
    expect(describeFinding(finding, { width: 100, colour: false }).split('\n').slice(3, 14).join('\n')).toBe(
      [
        '     Erika  outside  operations  broker  worker',
        '  1  ├──────────────────────────▶│       │       send Go m1',
        '  2  │      │        │           ├──────▶│       Go m1',
        '  3  │      │        │           │◀──────┤       dead-letter Go m1  Error: strike',
        '  4  │      ●        │           │       │       24 h later',
        '  5  │      │        ├──────────▶│       │       redrive the dead letters of worker',
        '     │      │        │           │       │         back in the queue: Go m1',
        '  6  │      │        ├──────────▶│       │       redrive the dead letters of worker  there are none',
        '  7  │      │        │           ├──────▶│       Go m1  redriven',
        '  8  │      │        │           │◀──────┤       ack Go m1',
        '     ┄┄ nothing is left to do ┄ ✗ broken now ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄',
      ].join('\n'),
    )
  })
})

async function refused(scenario: (scenario: Scenario) => Promise<void>, name = 'worker'): Promise<void> {
  await explore({ system: () => [endpoint(name, { Go: () => Promise.resolve() })], scenario, atRest: { kept: () => true } })
}

test('there must be such an endpoint', async () => {
  const error: unknown = await refused(({ redrive }) => redrive('workers').then(() => undefined)).catch((thrown: unknown) => thrown)
  expect(String(error)).toContain('The scenario redrives the dead letters of "workers", but there is no endpoint of that name.\nNothing would ever come back.\nName an endpoint of `system`.')
})

test('operations is nobody of the system', async () => {
  await expect(refused(({ redrive }) => redrive('operations').then(() => undefined), 'operations')).rejects.toThrow('The scenario sends a message from operations, which is a part of the system under test.')
})
