import { describe, expect, test } from 'vitest'
import { consumer, endpoint, insert, type PipelineStep } from '../index.js'
import { explore } from '../exploration/index.js'
import { tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'
import { World } from '../simulation/index.js'
import { parts } from '../system/index.js'

describe('what promises see of what was sent', () => {
  test('is sorted, and copies do not count', async () => {
    const sent: unknown[] = []
    const worker = endpoint('worker', { Go: () => Promise.resolve() }, { instances: 1 })
    const finding = await explore({
      system: () => [worker],
      async scenario({ send, publish }) {
        for (const n of [2, 1, 3]) await send('worker', { type: 'Go', n }, { id: `m${n}` })
        await publish({ type: 'Done' }, { id: 'e' })
      },
      faults: { copies: 1 },
      atRest: { looked: (view) => { sent.push(view.sent); return true } },
    })
    expect(finding.verdict).toBe('passed')
    const all = [{ to: '*', id: 'e', message: { type: 'Done' } }, ...[1, 2, 3].map((n) => ({ to: 'worker', id: `m${n}`, message: { type: 'Go', n } }))]
    expect(sent.length).toBeGreaterThan(1)
    for (const seen of sent) expect(seen).toEqual(all)
  })

  test('tells apart what has come to the same otherwise', async () => {
    const worker = endpoint('worker', {
      async Go(_message, { store, send, messageId }) {
        const isFirst = await store.commit(insert('things', 'first', {})).then(() => true, () => false)
        if (isFirst) await send('sink', { type: 'Won', winner: messageId }, { id: 'won' })
      },
    })
    const finding = await explore({
      system: () => [worker, endpoint('sink', { Won: () => Promise.resolve() }, { instances: 1 })],
      async scenario({ send }) {
        for (const id of ['a', 'b']) await send('worker', { type: 'Go' }, { id })
      },
      atRest: { 'a wins': ({ sent }) => !JSON.stringify(sent).includes('"winner":"b"') || 'b has won' },
    })
    expect(finding).toMatchObject({ verdict: 'broken', violation: { sentence: 'b has won' } })
  })
})

describe('what promises see of a queue', () => {
  test('is what each message is doing, from when it is sent until it is a dead letter', async () => {
    const failing = endpoint('worker', { Go: () => Promise.reject(new Error('no')) }, { instances: 1 })
    const { schedule, steps } = await tell({ nodes: [failing], scenario: ({ send }) => send('worker', { type: 'Go', n: 1 }, { delay: 2_000 }), broker: { maxDeliveries: 2 } })
    const states = steps.map(({ after }, index) => `${schedule[index] ?? ''}: ${JSON.stringify(after?.queues)}`)
    expect(states.join('\n')).toMatchInlineSnapshot(`
      "outside sends Go m1: [{"name":"worker","messages":[{"id":"m1","type":"Go","state":"delayed","deliveryCount":0,"body":{"type":"Go","n":1}}],"deadLetters":[]}]
      2 s pass: [{"name":"worker","messages":[{"id":"m1","type":"Go","state":"visible","deliveryCount":0,"body":{"type":"Go","n":1}}],"deadLetters":[]}]
      worker receives Go m1: [{"name":"worker","messages":[{"id":"m1","type":"Go","state":"locked","deliveryCount":1,"body":{"type":"Go","n":1}}],"deadLetters":[]}]
      worker: abandon Go m1: [{"name":"worker","messages":[{"id":"m1","type":"Go","state":"delayed","deliveryCount":1,"body":{"type":"Go","n":1}}],"deadLetters":[]}]
      worker receives Go m1: [{"name":"worker","messages":[{"id":"m1","type":"Go","state":"locked","deliveryCount":2,"body":{"type":"Go","n":1}}],"deadLetters":[]}]
      worker: dead-letter Go m1: [{"name":"worker","messages":[],"deadLetters":[{"id":"m1","type":"Go","state":"dead","deliveryCount":2,"body":{"type":"Go","n":1},"reason":"Error: no"}]}]"
    `)
  })
})

describe('a consumer that stalls', () => {
  const two: SmallSystem['scenario'] = async ({ send }) => {
    await send('worker', { type: 'Go' })
    await send('worker', { type: 'Go' }, { delay: 10_000 })
  }
  const worker = (instances: number) => endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances })

  test('does nothing before its lock is over, and others need not wait for it', async () => {
    const stall = [/sends Go m2/, /receives Go m1/, /stalls until/]
    for (const instances of [2, 1]) {
      const { schedule, steps } = await tell({ nodes: [worker(instances)], scenario: two, faults: { stalls: 1 } }, instances === 2 ? [...stall, /worker 2 receives Go m2/] : stall)
      const told = steps.map(({ at, text, outcome }, index) => `${at} ${schedule[index] ?? ''} | ${text}${outcome === undefined ? '' : ` → ${outcome}`}`).join('\n')
      if (instances === 2) expect(told).toMatchInlineSnapshot(`
        "0 outside sends Go m1 | send Go m1
        0 outside sends Go m2 | send Go m2
        0 worker 1 receives Go m1 | Go m1
        0 worker 1 stalls until the lock of Go m1 has expired | stalls
        30000 the lock of Go m1 expires | the lock of Go m1 expires → it can be received again
        30000 worker 2 receives Go m2 | Go m2
        30000 worker 2, Go m2, reads things x | get things x → none
        30000 worker 2: ack Go m2 | ack Go m2
        30000 worker 1, Go m1, reads things x | get things x → none
        30000 worker 1: ack Go m1 | ack Go m1 → ✗ lock lost
        30000 worker 1 receives Go m1 | Go m1 → delivery 2
        30000 worker 1, Go m1, delivery 2, reads things x | get things x → none
        30000 worker 1: ack Go m1 | ack Go m1"
      `)
      else expect(told).toMatchInlineSnapshot(`
        "0 outside sends Go m1 | send Go m1
        0 outside sends Go m2 | send Go m2
        0 worker receives Go m1 | Go m1
        0 worker stalls until the lock of Go m1 has expired | stalls
        30000 the lock of Go m1 expires | the lock of Go m1 expires → it can be received again
        30000 worker, Go m1, reads things x | get things x → none
        30000 worker: ack Go m1 | ack Go m1 → ✗ lock lost
        30000 worker receives Go m1 | Go m1 → delivery 2
        30000 worker, Go m1, delivery 2, reads things x | get things x → none
        30000 worker: ack Go m1 | ack Go m1
        30000 worker receives Go m2 | Go m2
        30000 worker, Go m2, reads things x | get things x → none
        30000 worker: ack Go m2 | ack Go m2"
      `)
    }
  })
})

describe('a message whose lock is over', () => {
  test('has lost its place in the order: others may come first, and it may come first', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) })
    const scenario: SmallSystem['scenario'] = async ({ send }) => {
      for (const id of ['a', 'b']) await send('worker', { type: 'Go' }, { id })
    }
    const stall = [/sends Go b/, /worker 1 receives Go a/, /stalls until/]
    for (const order of [['a', 'b'], ['b', 'a']]) {
      const { schedule } = await tell({ nodes: [worker], scenario, faults: { stalls: 1 } }, [...stall, ...order.map((id) => new RegExp(`worker 2 receives Go ${id}`))])
      expect(schedule.filter((label) => label.startsWith('worker 2 receives'))).toEqual(order.map((id) => `worker 2 receives Go ${id}`))
    }
  })
})

describe('a message that comes again', () => {
  const failing = (id: string, times: number, log: string[]) => endpoint(id, { Go: () => { log.push(`${id} at ${performance.now()}`); return log.filter((line) => line.startsWith(id)).length <= times ? Promise.reject(new Error('no')) : Promise.resolve() } }, { instances: 1 })
  const scenario: SmallSystem['scenario'] = async ({ send }) => { for (const name of ['a', 'b']) await send(name, { type: 'Go' }) }

  test('may be late: one that is due later may come before it', async () => {
    const log: string[] = []
    const wishes = [/a receives/, /a: abandon/, /a receives/, /a: abandon/, /b receives/, /b: abandon/, /a receives/]
    await tell({ nodes: [failing('a', 2, log), failing('b', 1, log)], scenario }, [/sends Go m2/, ...wishes])
    expect(log).toEqual(['a at 0', 'a at 1000', 'b at 1000', 'a at 3000', 'b at 3000'])
  })

  test('need not wait until the lock of another is over that was due before, and becomes a dead letter', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    const patient = consumer('patient', async (receiver) => {
      for (;;) {
        const { deliveryCount, abandon, ack } = await receiver.receive()
        await (deliveryCount === 1 ? abandon({ delay: 40_000 }) : ack())
      }
    }, { instances: 1 })
    const { schedule, steps } = await tell({ nodes: [worker, patient], scenario: async ({ send }) => { for (const name of ['worker', 'patient']) await send(name, { type: 'Go' }) }, faults: { crashes: 1 }, broker: { maxDeliveries: 1 } }, [/sends Go m2/, /worker receives/, /crashes/, /patient: abandon/, /patient receives/])
    const told = steps.map(({ at, outcome }, index) => `${at} ${schedule[index] ?? ''}${outcome === undefined ? '' : ` → ${outcome}`}`)
    expect(told.slice(-3)).toEqual(['40000 patient receives Go m2 → delivery 2', '40000 patient: ack Go m2', '40000 the lock of Go m1 expires → delivered once, and never settled'])
  })

  test('after a crash has no place in the order: the next one may come first', async () => {
    const worker = endpoint('worker', { Go: (_message, { store }) => store.get('things', 'x').then(() => undefined) }, { instances: 1 })
    const { schedule } = await tell({ nodes: [worker], scenario: async ({ send }) => { for (const id of ['a', 'b']) await send('worker', { type: 'Go' }, { id }) }, faults: { crashes: 1 } }, [/sends Go b/, /receives Go a/, /crashes/, /receives Go b/])
    expect(schedule.filter((label) => label.includes('receives'))).toEqual(['worker receives Go a', 'worker receives Go b', 'worker receives Go a'])
  })
})

describe('the names of all queues', () => {
  test('come with the types of the events that are delivered there', () => {
    const world = new World([endpoint('orders', { Done: () => Promise.resolve(), Paid: () => Promise.resolve() }), consumer('mail', () => Promise.resolve(), { subscribes: ['Paid'] }), consumer('log', () => Promise.resolve())])
    expect(parts(world).broker.endpoints).toEqual([{ endpoint: 'orders', types: ['Done', 'Paid'] }, { endpoint: 'mail', types: ['Paid'] }, { endpoint: 'log', types: [] }])
    world.close()
  })
})

describe('the delivery count', () => {
  test('is there for whoever looks, and is not copied in passing', async () => {
    const counts: unknown[] = []
    const copying: PipelineStep = (_message, context, next) => {
      counts.push(Object.keys({ ...context }).includes('deliveryCount'))
      return next({ ...context })
    }
    const worker = endpoint('worker', { Go: (_message, context) => { counts.push(context.deliveryCount, Object.keys(context).includes('deliveryCount')); return Promise.resolve() } }, { instances: 1, pipeline: [copying] })
    await tell({ nodes: [worker], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: { crashes: 1 } }, [/receives/, /crashes/])
    expect(counts).toEqual([false, 1, false, false, 2, false])
  })

  test('of a receive loop is copied with the rest of the delivery', async () => {
    const copies: object[] = []
    const loop = consumer('worker', async (receiver) => { for (;;) { const delivery = await receiver.receive(); copies.push({ ...delivery }); await delivery.ack() } }, { instances: 1 })
    await tell({ nodes: [loop], scenario: ({ send }) => send('worker', { type: 'Go' }) })
    expect(copies).toMatchObject([{ message: { type: 'Go' }, messageId: 'm1', headers: {}, deliveryCount: 1 }])
  })
})

describe('the retry delay', () => {
  test('grows with each attempt that fails by itself, and not with one that met a fault', async () => {
    let attempts = 0
    const worker = endpoint('worker', {
      async Go(_message, { store }) {
        attempts += 1
        await store.commit(insert('things', `attempt ${attempts}`, 1))
        if (attempts < 4) throw new Error('no')
      },
    }, { instances: 1 })
    const story = await tell({ nodes: [worker], scenario: ({ send }) => send('worker', { type: 'Go' }), faults: { refusals: 1 } }, [/refused/])
    expect(story.steps.filter(({ text }) => text.startsWith('abandon')).map(({ outcome }) => outcome)).toEqual(['again in 1 s or later', 'again in 1 s or later', 'again in 2 s or later'])
  })
})
