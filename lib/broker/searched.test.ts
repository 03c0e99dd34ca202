import { describe, expect, test } from 'vitest'
import { consumer, endpoint, insert, job, put, type Context, type HandlerContext, type Handlers } from '../index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import { reach } from '../exploration/fixtures/reach.js'
import type { Watching } from '../exploration/fixtures/sights.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** Keeps which message came last, and how many came. */
const remember = async ({ store, messageId }: Pick<HandlerContext, 'store' | 'messageId'>): Promise<void> => {
  const found = await store.get<number>('things', messageId)
  await store.commit(put('things', messageId, (found?.value ?? 0) + 1), put('things', 'last', messageId))
}
/** Does less. */
const note = ({ store, messageId }: HandlerContext): Promise<void> => store.commit(put('things', 'last', messageId)).then(() => undefined)
const worker = (instances = 1) => endpoint('worker', { Go: (_message, context) => note(context), Done: (_message, context) => note(context) }, { instances })

/** The same with a receive loop. `settle` says how at which delivery. */
const loop = (settle: (delivery: { readonly ack: () => Promise<void>; readonly abandon: (options?: { readonly delay?: number }) => Promise<void>; readonly deadLetter: (reason: string) => Promise<void>; readonly deliveryCount: number }) => Promise<void>, instances = 1) =>
  consumer('worker', async (receiver, { store }) => {
    for (;;) {
      const delivery = await receiver.receive()
      await store.commit(put('things', delivery.messageId, delivery.deliveryCount)).catch(() => undefined)
      await settle(delivery).catch(() => undefined)
    }
  }, { instances })

const sends = (...messages: readonly { readonly delay?: number; readonly n?: number }[]): SmallSystem['scenario'] => async ({ send }) => {
  for (const { delay, n = 0 } of messages) await send('worker', { type: 'Go', n }, delay === undefined ? {} : { delay })
}

/** Fails once: its second attempt moves the clock to when its retry delay is over, before whatever does not wait for time. */
const movesTheClock = endpoint('moves', { Go: (_message, { store }) => store.commit(insert('things', 'x', {})).then(() => Promise.reject(new Error('not yet')), () => undefined) }, { instances: 1 })

/** Fails at some attempts, counted over all messages. */
const fails = (isOneOf: (attempt: number, id: string) => boolean) =>
  endpoint('worker', {
    async Go(_message, { store, messageId }) {
      const attempt = (await store.list('attempts')).length + 1
      await store.commit(insert('attempts', `a${attempt}`, {}))
      if (isOneOf(attempt, messageId)) throw new Error('not yet')
    },
  }, { instances: 1 })

/** `a` and `b` each send one message, or publish one. */
const twoSend = (send: (name: 'a' | 'b', context: Context) => Promise<void>, handlers: Handlers): SmallSystem => ({
  nodes: [...(['a', 'b'] as const).map((name) => job(name, (context) => send(name, context), { instances: 1 })), ...['sink', 'other'].map((name) => endpoint(name, handlers, { instances: 1 }))],
  scenario: () => Promise.resolve(),
})
const done = { type: 'Done' }
const nothing: Handlers = { Done: () => Promise.resolve() }

interface Case {
  readonly title: string
  readonly make: () => SmallSystem
  /** What promises look at. */
  readonly watch?: Watching['watch']
  /** Executions that it takes, and states that they come to, where orders that make no difference are left out. */
  readonly most: readonly [executions: number, states: number]
}

/** No order is left out in which anything else could come of it, and none is tried that cannot be. */
describe('a search reaches what every path reaches', () => {
  test.each<Case>([
    { title: 'two messages for two consumers', most: [10, 27], make: () => ({ nodes: [endpoint('worker', { Go: (_message, context) => remember(context) })], scenario: sends({}, {}) }) },
    { title: 'three messages in order', most: [1, 13], make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }, {}) }) },
    { title: 'a message that overtakes', most: [3, 18], make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { reorderings: 1 } }) },
    { title: 'a copy', most: [12, 56], make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { copies: 1 } }) },
    { title: 'a late copy', most: [2, 13], make: () => ({ nodes: [worker()], scenario: sends({}), faults: { lateCopies: 1 } }) },
    { title: 'a delay, and one that was asked for', most: [5, 23], make: () => ({ nodes: [worker()], scenario: sends({}, { delay: 5_000 }), faults: { delays: 1 } }) },
    { title: 'a lost acknowledgement', most: [5, 28], make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { lostAcks: 1 } }) },
    { title: 'a lost acknowledgement of a loop', most: [2, 9], make: () => ({ nodes: [loop(({ ack }) => ack())], scenario: sends({}), faults: { lostAcks: 1 } }) },
    { title: 'a stall', most: [7, 17], make: () => ({ nodes: [worker(2)], scenario: sends({}), faults: { stalls: 1 } }) },
    { title: 'a crash', most: [9, 39], make: () => ({ nodes: [worker()], scenario: sends({}, {}), faults: { crashes: 1 } }) },
    { title: 'crashes up to the limit of deliveries', most: [7, 18], make: () => ({ nodes: [worker()], scenario: sends({}), faults: { crashes: 2 }, broker: { maxDeliveries: 2 } }) },
    { title: 'what is given back', most: [9, 59], make: () => ({ nodes: [loop(({ ack, abandon, deliveryCount }) => (deliveryCount === 1 ? abandon() : deliveryCount === 2 ? abandon({ delay: 500 }) : ack()))], scenario: sends({}, { delay: 200 }) }) },
    {
      title: 'a loop that holds one message and waits for another', most: [2, 10],
      make: () => ({
        nodes: [consumer('worker', async (receiver, { store }) => {
          const [one, two] = [await receiver.receive(), await receiver.receive()]
          await store.commit(put('things', 'both', [one.messageId, two.messageId]))
          for (const { ack } of [one, two]) await ack().catch(() => undefined)
          for (;;) await (await receiver.receive()).ack()
        }, { instances: 1 })],
        scenario: sends({}, { delay: 20_000 }),
      }),
    },
    { title: 'what is renewed', most: [3, 14], make: () => ({ nodes: [consumer('worker', async (receiver, { store }) => {
      for (;;) {
        const { renew, ack, deliveryCount } = await receiver.receive()
        await renew().catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 25_000))
        await ack().catch(() => store.commit(put('things', 'lost', deliveryCount)))
      }
    }, { instances: 1 })], scenario: sends({}, { delay: 10_000 }) }) },
    { title: 'what is given up', most: [6, 20], make: () => ({ nodes: [loop(({ deadLetter }) => deadLetter('poison'), 2)], scenario: sends({}, {}) }) },
    { title: 'a handler that is slower than its lock', most: [1, 10], make: () => ({ nodes: [endpoint('worker', { Go: () => new Promise((resolve) => setTimeout(resolve, 40_000)) }, { instances: 1 })], scenario: sends({}), broker: { maxDeliveries: 2 } }) },
    { title: 'messages that are alike, for code that draws lots', most: [5, 18], make: () => ({ nodes: [endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', 'last', crypto.randomUUID())).then(() => undefined) }, { instances: 2 })], scenario: async ({ send }) => { for (let number = 0; number < 2; number++) await send('worker', { type: 'Go' }, { id: 'x' }) } }) },
    { title: 'a message that comes again, for code that looks how often', most: [5, 29], make: () => ({ nodes: [endpoint('worker', { Go: (_message, { store, deliveryCount }) => store.commit(put('things', 'last', deliveryCount)).then(() => undefined) }, { instances: 1 })], scenario: sends({}, {}), faults: { lostAcks: 1 } }) },
    { title: 'a stall while something else is due', most: [19, 39], make: () => ({ nodes: [endpoint('worker', { Go: () => Promise.resolve() })], scenario: sends({}, { delay: 5_000 }), faults: { stalls: 1 } }) },
    {
      title: 'an event for two, and its copy', most: [3, 22],
      make: () => ({ nodes: [worker(), endpoint('other', { Done: () => Promise.resolve() }, { instances: 1 })], scenario: ({ publish }) => publish({ type: 'Done' }), faults: { copies: 1 } }),
    },
    {
      title: 'a message that a process sends, and does not know whether', most: [4, 14],
      make: () => ({ nodes: [endpoint('worker', { Done: () => Promise.resolve() }, { instances: 1 }), endpoint('sender', { Go: (_message, { send }) => send('worker', { type: 'Done' }, { id: 'x' }) }, { instances: 1 })], scenario: ({ send }) => send('sender', { type: 'Go' }), faults: { ambiguousSends: 1, refusals: 1 } }),
    },
    {
      title: 'what a handler that has failed has left under way', most: [25, 48],
      make: () => ({
        nodes: [endpoint('worker', { Go: async (_message, { store }) => {
          const found = await store.get<number>('things', 'n')
          await Promise.all([store.commit(put('things', 'n', (found?.value ?? 0) + 1)), store.commit(insert('things', 'x', {}))])
        } }, { instances: 1 })],
        scenario: sends({}, {}), documents: { worker: { things: { x: {} } } }, broker: { maxDeliveries: 1 },
      }),
    },
    {
      title: 'a message for one instance or another, each of which remembers', most: [6, 20],
      make: () => ({ nodes: [endpoint('worker', () => {
        let seen = 0
        return { Go: (_message, { store, messageId }) => store.commit(put('things', messageId, ++seen)).then(() => undefined) }
      })], scenario: sends({}, {}) }),
    },
    {
      title: 'a message whose lock runs from when it is received, where others move the clock', most: [9, 43],
      make: () => ({
        nodes: [endpoint('worker', { Go: async (_message, { store }) => {
          const { length } = await store.list('runs')
          await new Promise((resolve) => setTimeout(resolve, 2_000))
          await store.commit(put('runs', `run ${length}`, performance.now()))
        } }, { instances: 1 }), movesTheClock],
        scenario: async ({ send }) => { for (const name of ['worker', 'moves']) await send(name, { type: 'Go' }) }, broker: { lockDuration: 2_500 },
      }),
    },
    {
      title: 'messages that are alike, each of which may fail too often', most: [5, 65],
      make: () => ({ nodes: [fails((attempt) => [1, 3, 5].includes(attempt))], scenario: async ({ send }) => { for (let number = 0; number < 3; number++) await send('worker', { type: 'Go' }, { id: 'x' }) }, broker: { maxDeliveries: 3 } }),
    },
    {
      title: 'a crash in either of two messages, one of which it brings to its limit', most: [45, 320],
      make: () => ({ nodes: [endpoint('worker', { Go: async (_message, { store, messageId }) => {
        const attempt = (await store.list('attempts')).length + 1
        await store.commit(insert('attempts', `a${attempt}`, {}))
        const isDone = (await store.get('things', 'done')) !== undefined
        if (messageId === ['', 'm1', 'm2', '', 'm2'][attempt] && !isDone) throw new Error('not yet')
        await store.commit(put('things', 'done', {}))
      } }, { instances: 1 })], scenario: sends({}, {}), faults: { crashes: 1 }, broker: { maxDeliveries: 3 } }),
    },
    {
      title: 'a crash in one of two messages, for code that looks at delivery counts', most: [46, 204],
      make: () => ({ nodes: [endpoint('worker', { Go: async (_message, context) => {
        const { length } = await context.store.list('attempts')
        if (length === 2) return context.store.commit(put('things', context.messageId, context.deliveryCount)).then(() => undefined)
        await context.store.commit(insert('attempts', `a${length}`, {}))
        throw new Error('not yet')
      } }, { instances: 1 })], scenario: sends({}, {}), faults: { crashes: 1 }, broker: { maxDeliveries: 20 } }),
    },
    { title: 'like messages from two senders', most: [1, 7], make: () => twoSend((_name, { send }) => send('sink', done, { id: 'x' }), nothing) },
    { title: 'unlike messages from two senders', most: [2, 17], make: () => twoSend((name, { send }) => send('sink', done, { id: name }), { Done: (_message, context) => note(context) }) },
    { title: 'messages from two senders, for a promise that looks at queues', most: [1, 7], watch: 'queues', make: () => twoSend((name, { send }) => send(name === 'a' ? 'sink' : 'other', done, { id: 'x' }), nothing) },
    { title: 'messages from two senders, for a promise that looks at what was sent', most: [1, 7], watch: 'sent', make: () => twoSend((name, { send }) => send(name === 'a' ? 'sink' : 'other', done, { id: 'x' }), nothing) },
    { title: 'headers alone that tell two messages apart', most: [2, 17], make: () => twoSend((name, { send }) => send('sink', done, { id: 'x', headers: { from: name } }), { Done: (_message, { store, headers }) => store.commit(put('things', 'last', headers['from'] ?? '')).then(() => undefined) }) },
    { title: 'an event for two, of which one has had another message', most: [2, 21], make: () => twoSend((name, { publish, send }) => (name === 'a' ? send('sink', done, { id: 'a' }) : publish(done, { id: 'b' })), { Done: (_message, context) => (context.endpoint === 'sink' ? note(context) : Promise.resolve()) }) },
    {
      title: 'a dead letter that is moved back too early, before what it waits for, or after it', most: [5, 34],
      make: () => ({ nodes: [endpoint('worker', {
        Next: async (_message, { store }) => {
          const { length } = await store.list('attempts')
          await store.commit(insert('attempts', `a${length}`, {}))
          if ((await store.get('things', 'repaired')) === undefined) throw new Error('not yet')
        },
        Go: (_message, { store }) => store.commit(put('things', 'repaired', {})).then(() => undefined),
      }, { instances: 1 })], scenario: async ({ send, redrive }) => {
        for (const type of ['Next', 'Go']) await send('worker', { type })
        await redrive('worker')
      }, broker: { maxDeliveries: 1 } }),
    },
    {
      title: 'two that hold one message, of whom one has lost it', most: [57, 99],
      make: () => ({ nodes: [consumer('worker', async (receiver, { store }) => {
        for (;;) {
          const delivery = await receiver.receive()
          const found = await store.get('things', 'x')
          const outcome = await delivery.ack().then(() => 'settled', () => 'lost')
          await store.commit(put('things', found === undefined ? 'nothing' : 'something', outcome))
        }
      }), job('worker', ({ store }) => store.commit(put('things', 'x', {})).then(() => undefined), { instances: 1 })], scenario: sends({}), faults: { stalls: 1 } }),
    },
    {
      title: 'a loop that is at work, so that no lock can run out by itself', most: [1, 10],
      make: () => {
        const { nodes } = twoSend((_name, { send }) => send('sink', done, { id: 'x' }), nothing)
        return { nodes: [...nodes, consumer('worker', async ({ receive }) => { for (;;) await (await receive()).ack() }, { instances: 1 })], scenario: sends({}) }
      },
    },
    { title: 'two messages that came in either order, and have failed', most: [11, 67], make: () => ({ scenario: () => Promise.resolve(), nodes: [...['a', 'b'].map((name) => job(name, ({ send }) => send('worker', { type: 'Go' }, { id: name }), { instances: 1 })), fails((attempt) => attempt < 3)] }) },
    { title: 'a stall in one of two messages that have failed', most: [42, 99], make: () => ({ nodes: [fails((attempt) => attempt < 3)], scenario: sends({}, {}), faults: { stalls: 1 } }) },
    {
      title: 'a message that is sent beside something else', most: [2, 11],
      make: () => ({ nodes: [job('worker', async ({ store, send }) => {
        const order: string[] = []
        await Promise.all([send('sink', done, { id: 'x' }).then(() => order.push('sent')), store.get('things', 'x').then(() => order.push('read'))])
        await store.commit(put('things', 'order', order))
      }, { instances: 1 }), endpoint('sink', nothing, { instances: 1 })], scenario: () => Promise.resolve() }),
    },
    {
      title: 'a refusal for one, and a crash of another', most: [7, 10],
      make: () => ({ ...twoSend((_name, { send }) => send('sink', done, { id: 'x' }).catch(() => undefined), nothing), faults: { refusals: 1, crashes: 1 } }),
    },
    { title: 'dead letters of a process that has two messages in hand', most: [20, 30], make: () => ({ nodes: [endpoint('worker', { Go: () => Promise.reject(new Error('no')) }, { instances: 1, concurrency: 2 })], scenario: sends({}, {}, {}), broker: { maxDeliveries: 1 } }) },
    { title: 'a copy, and a crash', most: [7, 25], make: () => ({ nodes: [worker()], scenario: sends({}), faults: { copies: 1, crashes: 1 } }) },
    { title: 'a crash after a crash', most: [32, 77], make: () => ({ nodes: [worker()], scenario: sends({}, {}), faults: { crashes: 2 } }) },
    { title: 'a stall, and a message behind', most: [8, 33], make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { stalls: 1 } }) },
    { title: 'two dead letters, in either order', most: [2, 9], make: () => ({ nodes: [endpoint('worker', { Go: () => Promise.reject(new Error('no')) })], scenario: sends({}, {}), broker: { maxDeliveries: 1 } }) },
    { title: 'two dead letters, in the order in which a promise sees them', most: [5, 12], watch: 'queues', make: () => ({ nodes: [endpoint('worker', { Go: () => Promise.reject(new Error('no')) })], scenario: sends({}, {}), broker: { maxDeliveries: 1 } }) },
    {
      title: 'a message that is given up when it has failed against each of three commits', most: [23, 76],
      make: () => ({ nodes: [endpoint('worker', {
        Go: async (_message, { store }) => {
          const found = await store.get('things', 'x')
          await store.commit(found === undefined ? insert('things', 'x', 'mine') : put('things', 'x', 'mine', { ifVersion: found.version }))
        },
        Next: async (_message, { store }) => { for (let turn = 1; turn <= 3; turn++) await store.commit(put('things', 'x', turn)) },
      })], scenario: async ({ send }) => { for (const type of ['Go', 'Next']) await send('worker', { type }) }, broker: { maxDeliveries: 3 } }),
    },
    {
      title: 'how often an id came before, for code that draws lots', most: [8, 43],
      make: () => ({ nodes: [
        job('worker', async ({ store, send }) => { if ((await store.get('things', 'set')) !== undefined) await send('sink', { type: 'Other' }, { id: 'x' }) }, { instances: 1 }),
        endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', 'set', {})).then(() => undefined) }, { instances: 1 }),
        endpoint('sink', { Other: () => Promise.resolve(), Done: (_message, { store }) => store.commit(put('things', 'drawn', crypto.randomUUID())).then(() => undefined) }, { instances: 1 }),
      ], scenario: async ({ send }) => {
        await send('worker', { type: 'Go' })
        await send('sink', done, { id: 'x' })
      } }),
    },
    {
      title: 'a lock that is renewed where others move the clock', most: [13, 58],
      make: () => ({ nodes: [consumer('worker', async (receiver, { store }) => {
        for (;;) {
          const delivery = await receiver.receive()
          const received = performance.now()
          await delivery.renew()
          await store.get('things', 'x')
          await new Promise((resolve) => setTimeout(resolve, 2_000))
          const outcome = await delivery.ack().then(() => 'settled', () => 'lost')
          await store.commit(put('things', `received at ${received}`, `${outcome} at ${performance.now()}`))
        }
      }, { instances: 1 }), movesTheClock], scenario: async ({ send }) => { for (const name of ['worker', 'moves']) await send(name, { type: 'Go' }) }, broker: { lockDuration: 2_500 } }),
    },
    {
      title: 'ids that are drawn again after a crash', most: [51, 252], watch: 'sent',
      make: () => ({ nodes: [endpoint('worker', { Go: async (_message, { store, publish }) => {
        const { length } = await store.list('attempts')
        if (length === 2) return publish(done)
        await store.commit(insert('attempts', `a${length}`, {}))
        throw new Error('not yet')
      } }, { instances: 1 })], scenario: sends({}, {}), faults: { crashes: 1 } }),
    },
  ])('of $title', async ({ make, most, watch }) => {
    const { full, difference } = await compare(make, { limit: 20_000, watch })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    // And with no more than it takes.
    const { executions, result } = await reach(make(), { mode: 'states and orders', watch })
    expect(executions).toBeLessThanOrEqual(most[0])
    expect(result.states).toBeLessThanOrEqual(most[1])
  })
})
