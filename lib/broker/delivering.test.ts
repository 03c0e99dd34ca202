import { describe, expect, test } from 'vitest'
import { consumer, endpoint, put, type HandlerContext, type PipelineStep } from '../index.js'
import { tell, tellAll } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

type Scenario = SmallSystem['scenario']

const send = (...names: readonly string[]): Scenario => async ({ send }) => {
  for (const name of names) await send(name, { type: 'Go' })
}

describe('queues', () => {
  test('a command goes to one endpoint, an event to every subscriber, and to nobody if there is none', async () => {
    const log: string[] = []
    const listener = (name: string, type: string) => endpoint(name, { [type]: () => Promise.resolve(void log.push(`${name} ${type}`)) })
    const nodes = [listener('a', 'Done'), listener('b', 'Done'), listener('c', 'Other')]
    await tell({
      nodes,
      async scenario({ send, publish }) {
        await send('a', { type: 'Done' })
        await publish({ type: 'Done' })
        await publish({ type: 'Unheard' })
      },
    })
    expect(log.sort()).toEqual(['a Done', 'a Done', 'b Done'])
  })

  test('competing consumers: each message is received by one of them, two at the same time', async () => {
    const worker = endpoint('worker', { Go: (_message, { store, messageId }) => store.commit(put('done', messageId, {})).then(() => undefined) })
    const stories = await tellAll({ nodes: [worker], scenario: send('worker', 'worker') })
    for (const { end } of stories) expect(end.stores['worker']?.['done']).toMatchObject([{ id: 'm1', version: 1 }, { id: 'm2', version: 1 }])
    const overlapping = stories.filter(({ schedule }) => schedule.findIndex((label) => label.includes('worker 2 receives')) < schedule.findIndex((label) => label.includes('ack')) && schedule.some((label) => label.includes('worker 2 receives')))
    expect(overlapping.length).toBeGreaterThan(0)
  })

  test('without faults and with one consumer, messages come in order', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    for (const { schedule } of await tellAll({ nodes: [worker], scenario: send('worker', 'worker') })) {
      expect(schedule.filter((label) => label.includes('receives'))).toEqual(['worker receives Go m1', 'worker receives Go m2'])
    }
  })

  test('one process may be asked to handle two messages at the same time', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1, concurrency: 2 })
    const { schedule } = await tell({ nodes: [worker], scenario: send('worker', 'worker') }, [/receives Go m1/, /sends Go m2/, /receives Go m2/, /Go m1, reads/])
    expect(schedule.filter((label) => /receives|ack/.test(label)).slice(0, 2)).toEqual(['worker receives Go m1', 'worker receives Go m2'])
  })

  test('delayed delivery: nobody receives a message before its time', async () => {
    const log: string[] = []
    const worker = endpoint('worker', { Go: (_message, { messageId }) => Promise.resolve(void log.push(`${messageId} at ${performance.now()}`)) })
    await tell({
      nodes: [worker],
      async scenario({ send }) {
        await send('worker', { type: 'Go' }, { delay: 5_000, id: 'late' })
        await send('worker', { type: 'Go' }, { id: 'soon' })
      },
    })
    expect(log).toEqual(['soon at 0', 'late at 5000'])
  })

  test('a delay that was drawn ends at a whole millisecond, and never early', async () => {
    const log: string[] = []
    const worker = endpoint('worker', { Go: () => Promise.resolve(void log.push(`at ${performance.now()}`)) })
    await tell({ nodes: [worker], scenario: ({ send }) => send('worker', { type: 'Go' }, { delay: 5_000.2 }) })
    expect(log).toEqual(['at 5001'])
  })

  test('ids and headers are what the sender gave, or made for each call', async () => {
    const seen: unknown[] = []
    const worker = endpoint('worker', {
      Go: (_message, { messageId, headers }) => Promise.resolve(void seen.push([messageId, headers])),
      Twice: async (_message, { send }) => {
        await send('worker', { type: 'Go' })
        await send('worker', { type: 'Go' })
      },
    }, { instances: 1 })
    await tell({
      nodes: [worker],
      async scenario({ send }) {
        await send('worker', { type: 'Go' }, { id: 'mine', headers: { correlation: 'c' } })
        await send('worker', { type: 'Twice' })
      },
    })
    expect(seen).toMatchObject([['mine', { correlation: 'c' }], [expect.any(String), {}], [expect.any(String), {}]])
    expect(new Set(seen.map(String)).size).toBe(3)
  })

  test('an id that is made is always as long', async () => {
    const worker = endpoint('worker', { Go: async (_message, { publish }) => { for (let number = 0; number < 64; number++) await publish({ type: 'Done' }) } }, { instances: 1 })
    const { schedule } = await tell({ nodes: [worker], scenario: send('worker') })
    const ids = schedule.filter((label) => label.includes('publishes')).map((label) => label.replace('worker publishes Done ', ''))
    expect(new Set(ids).size).toBe(64)
    for (const id of ids) expect(id).toMatch(/^m-[0-9a-f]{8}$/)
  })
})

describe('a handler that throws', () => {
  const failing = (times: number, log: string[]) =>
    endpoint('worker', {
      async Go(_message, { deliveryCount }: HandlerContext) {
        log.push(`delivery ${deliveryCount} at ${performance.now()}`)
        if (deliveryCount <= times) throw new TypeError(`no ${deliveryCount}`)
        return Promise.resolve()
      },
    }, { instances: 1 })

  test('gets its message again, later and later, with a growing delivery count', async () => {
    const log: string[] = []
    await tell({ nodes: [failing(3, log)], scenario: send('worker') })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 1000', 'delivery 3 at 3000', 'delivery 4 at 7000'])
  })

  test('in the end sends it to the dead letters, with the reason', async () => {
    const log: string[] = []
    const { end } = await tell({ nodes: [failing(9, log)], scenario: send('worker') })
    expect(log).toHaveLength(5)
    expect(end.queues).toMatchObject([{ name: 'worker', messages: [], deadLetters: [{ id: 'm1', type: 'Go', state: 'dead', reason: 'TypeError: no 5', deliveryCount: 5 }] }])
  })

  test('after as many attempts as the check says, with its delays', async () => {
    const log: string[] = []
    await tell({ nodes: [failing(9, log)], scenario: send('worker'), broker: { maxDeliveries: 2, retryDelay: 10 } })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 10'])
  })

  test('every delivery counts: a handler that is too slow and throws loses its lock, and in the end its message', async () => {
    let attempts = 0
    const worker = endpoint('worker', {
      async Go() {
        attempts += 1
        await new Promise((resolve) => setTimeout(resolve, 32_000))
        throw new Error('no')
      },
    }, { instances: 1 })
    const { end } = await tell({ nodes: [worker], scenario: send('worker') })
    expect(attempts).toBe(5)
    expect(end.queues).toMatchObject([{ messages: [], deadLetters: [{ id: 'm1', deliveryCount: 5, reason: 'delivered 5 times, and never settled' }] }])
  })

  test('a crash in each delivery uses them up, too', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    const { end } = await tell({ nodes: [worker], scenario: send('worker'), faults: { crashes: 2 }, broker: { maxDeliveries: 2 } }, [/crashes/, /crashes/])
    expect(end.queues).toMatchObject([{ messages: [], deadLetters: [{ id: 'm1', deliveryCount: 2, reason: 'delivered 2 times, and never settled' }] }])
  })

  test('a crash in the only delivery is told as one', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    const { end } = await tell({ nodes: [worker], scenario: send('worker'), faults: { crashes: 1 }, broker: { maxDeliveries: 1 } }, [/crashes/])
    expect(end.queues).toMatchObject([{ messages: [], deadLetters: [{ id: 'm1', deliveryCount: 1, reason: 'delivered once, and never settled' }] }])
  })

  test('does not hold up the messages behind it', async () => {
    const log: string[] = []
    const worker = endpoint('worker', {
      async Go(_message, { messageId, deliveryCount }) {
        log.push(messageId)
        if (messageId === 'm1' && deliveryCount === 1) throw new Error('no')
        return Promise.resolve()
      },
    }, { instances: 1 })
    await tell({ nodes: [worker], scenario: send('worker', 'worker') }, [/sends Go m2/, /receives Go m1/, /abandon/, /receives Go m2/])
    expect(log).toEqual(['m1', 'm2', 'm1'])
  })
})

describe('the peek-lock', () => {
  const loop = (log: string[], handle: (settle: { ack: () => Promise<void>; renew: () => Promise<void>; abandon: (options?: { readonly delay?: number }) => Promise<void>; deadLetter: (reason: string) => Promise<void> }, count: number) => Promise<void>) =>
    consumer('worker', async (receiver) => {
      for (;;) {
        const delivery = await receiver.receive()
        log.push(`delivery ${delivery.deliveryCount} at ${performance.now()}`)
        await handle(delivery, delivery.deliveryCount).catch((error: unknown) => log.push(error instanceof Error ? error.name : 'thrown'))
      }
    })
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

  test('expires after its time: another consumer gets the message, and settling fails', async () => {
    const log: string[] = []
    await tell({
      nodes: [
        loop(log, async ({ ack }, count) => {
          if (count === 1) await sleep(40_000)
          await ack()
        }),
      ],
      scenario: send('worker'),
    })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 30000', 'LockLostError'])
  })

  test('is renewed for as long as the first time', async () => {
    const log: string[] = []
    await tell({
      nodes: [
        loop(log, async ({ ack, renew }) => {
          for (let turn = 0; turn < 3; turn++) {
            await sleep(20_000)
            await renew()
          }
          await ack()
        }),
      ],
      scenario: send('worker'),
    })
    expect(log).toEqual(['delivery 1 at 0'])
  })

  test('cannot be renewed when it is lost', async () => {
    const log: string[] = []
    await tell({
      nodes: [
        loop(log, async ({ ack, renew }, count) => {
          if (count === 1) await sleep(40_000)
          if (count === 1) await renew()
          await ack()
        }),
      ],
      scenario: send('worker'),
    })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 30000', 'LockLostError'])
  })

  test('abandon gives it back, at once or later', async () => {
    const log: string[] = []
    await tell({ nodes: [loop(log, ({ ack, abandon }, count) => (count === 1 ? abandon() : count === 2 ? abandon({ delay: 500 }) : ack()))], scenario: send('worker') })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 0', 'delivery 3 at 500'])
  })

  test('a delay that was drawn ends at a whole millisecond, and never early', async () => {
    const log: string[] = []
    await tell({ nodes: [loop(log, ({ ack, abandon }, count) => (count === 1 ? abandon({ delay: 499.2 }) : ack()))], scenario: send('worker') })
    expect(log).toEqual(['delivery 1 at 0', 'delivery 2 at 500'])
  })

  test('deadLetter gives the message up, with a reason', async () => {
    const { end } = await tell({ nodes: [loop([], ({ deadLetter }) => deadLetter('poison'))], scenario: send('worker') })
    expect(end.queues).toMatchObject([{ messages: [], deadLetters: [{ id: 'm1', reason: 'poison', deliveryCount: 1 }] }])
  })

  test('settling twice fails', async () => {
    const log: string[] = []
    await tell({
      nodes: [
        loop(log, async ({ ack }) => {
          await ack()
          await ack()
        }),
      ],
      scenario: send('worker'),
    })
    expect(log).toEqual(['delivery 1 at 0', 'LockLostError'])
  })
})

describe('pipeline steps', () => {
  test('stand around the handler, the outermost first, and may change what it gets', async () => {
    const log: string[] = []
    const step = (name: string): PipelineStep => async (message, context, next) => {
      log.push(`${name} before ${message.type}`)
      await next({ ...context, messageId: `${context.messageId} ${name}` })
      log.push(`${name} after`)
    }
    const worker = endpoint('worker', { Go: (_message, { messageId }) => Promise.resolve(void log.push(messageId)) }, { instances: 1, pipeline: [step('outer'), step('inner')] })
    await tell({ nodes: [worker], scenario: send('worker') })
    expect(log).toEqual(['outer before Go', 'inner before Go', 'm1 outer inner', 'inner after', 'outer after'])
  })

  test('may leave the handler out, and their errors bring the message again', async () => {
    const log: string[] = []
    const gate: PipelineStep = async (_message, { deliveryCount }) => {
      if (deliveryCount === 1) throw new Error('not yet')
      return Promise.resolve()
    }
    const worker = endpoint('worker', { Go: () => Promise.resolve(void log.push('handled')) }, { instances: 1, pipeline: [gate] })
    const { schedule } = await tell({ nodes: [worker], scenario: send('worker') })
    expect(schedule.filter((label) => /abandon|ack/.test(label))).toEqual(['worker: abandon Go m1', 'worker: ack Go m1'])
    expect(log).toEqual([])
  })
})
