import { describe, expect, test } from 'vitest'
import { endpoint, insert, type PipelineStep } from '../index.js'
import { explore } from '../exploration/index.js'
import { tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

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
        await store.commit(insert('things', 'first', {}))
        await send('sink', { type: 'Won', winner: messageId }, { id: 'won' })
      },
    })
    const finding = await explore({
      system: () => [worker, endpoint('sink', { Won: () => Promise.resolve() }, { instances: 1 })],
      async scenario({ send }) {
        for (const id of ['a', 'b']) await send('worker', { type: 'Go' }, { id })
      },
      broker: { maxDeliveries: 1 },
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
