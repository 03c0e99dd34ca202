import { describe, expect, test } from 'vitest'
import { consumer, endpoint, put, type HandlerContext } from '../index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import { reach } from '../exploration/fixtures/reach.js'
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

interface Case {
  readonly title: string
  readonly make: () => SmallSystem
  /** Executions that it takes, where orders that make no difference are left out. */
  readonly most: number
}

/** No order is left out in which anything else could come of it, and none is tried that cannot be. */
describe('a search reaches what every path reaches', () => {
  test.each<Case>([
    { title: 'two messages for two consumers', most: 10, make: () => ({ nodes: [endpoint('worker', { Go: (_message, context) => remember(context) })], scenario: sends({}, {}) }) },
    { title: 'three messages in order', most: 1, make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }, {}) }) },
    { title: 'a message that overtakes', most: 3, make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { reorderings: 1 } }) },
    { title: 'a copy', most: 12, make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { copies: 1 } }) },
    { title: 'a late copy', most: 2, make: () => ({ nodes: [worker()], scenario: sends({}), faults: { lateCopies: 1 } }) },
    { title: 'a delay, and one that was asked for', most: 5, make: () => ({ nodes: [worker()], scenario: sends({}, { delay: 5_000 }), faults: { delays: 1 } }) },
    { title: 'a lost acknowledgement', most: 5, make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { lostAcks: 1 } }) },
    { title: 'a lost acknowledgement of a loop', most: 2, make: () => ({ nodes: [loop(({ ack }) => ack())], scenario: sends({}), faults: { lostAcks: 1 } }) },
    { title: 'a stall', most: 7, make: () => ({ nodes: [worker(2)], scenario: sends({}), faults: { stalls: 1 } }) },
    { title: 'a crash', most: 9, make: () => ({ nodes: [worker()], scenario: sends({}, {}), faults: { crashes: 1 } }) },
    { title: 'crashes up to the limit of deliveries', most: 7, make: () => ({ nodes: [worker()], scenario: sends({}), faults: { crashes: 2 }, broker: { maxDeliveries: 2 } }) },
    { title: 'what is given back', most: 9, make: () => ({ nodes: [loop(({ ack, abandon, deliveryCount }) => (deliveryCount === 1 ? abandon() : deliveryCount === 2 ? abandon({ delay: 500 }) : ack()))], scenario: sends({}, { delay: 200 }) }) },
    {
      title: 'a loop that holds one message and waits for another', most: 2,
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
    { title: 'what is renewed', most: 3, make: () => ({ nodes: [consumer('worker', async (receiver, { store }) => {
      for (;;) {
        const { renew, ack, deliveryCount } = await receiver.receive()
        await renew().catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 25_000))
        await ack().catch(() => store.commit(put('things', 'lost', deliveryCount)))
      }
    }, { instances: 1 })], scenario: sends({}, { delay: 10_000 }) }) },
    { title: 'what is given up', most: 6, make: () => ({ nodes: [loop(({ deadLetter }) => deadLetter('poison'), 2)], scenario: sends({}, {}) }) },
    { title: 'a handler that is slower than its lock', most: 1, make: () => ({ nodes: [endpoint('worker', { Go: () => new Promise((resolve) => setTimeout(resolve, 40_000)) }, { instances: 1 })], scenario: sends({}), broker: { maxDeliveries: 2 } }) },
    { title: 'messages that are alike, for code that draws lots', most: 5, make: () => ({ nodes: [endpoint('worker', { Go: (_message, { store }) => store.commit(put('things', 'last', crypto.randomUUID())).then(() => undefined) }, { instances: 2 })], scenario: async ({ send }) => { for (let number = 0; number < 2; number++) await send('worker', { type: 'Go' }, { id: 'x' }) } }) },
    { title: 'a message that comes again, for code that looks how often', most: 5, make: () => ({ nodes: [endpoint('worker', { Go: (_message, { store, deliveryCount }) => store.commit(put('things', 'last', deliveryCount)).then(() => undefined) }, { instances: 1 })], scenario: sends({}, {}), faults: { lostAcks: 1 } }) },
    { title: 'a stall while something else is due', most: 19, make: () => ({ nodes: [endpoint('worker', { Go: () => Promise.resolve() })], scenario: sends({}, { delay: 5_000 }), faults: { stalls: 1 } }) },
    {
      title: 'an event for two, and its copy', most: 3,
      make: () => ({ nodes: [worker(), endpoint('other', { Done: () => Promise.resolve() }, { instances: 1 })], scenario: ({ publish }) => publish({ type: 'Done' }), faults: { copies: 1 } }),
    },
    {
      title: 'a message that a process sends, and does not know whether', most: 4,
      make: () => ({ nodes: [endpoint('worker', { Done: () => Promise.resolve() }, { instances: 1 }), endpoint('sender', { Go: (_message, { send }) => send('worker', { type: 'Done' }, { id: 'x' }) }, { instances: 1 })], scenario: ({ send }) => send('sender', { type: 'Go' }), faults: { ambiguousSends: 1, refusals: 1 } }),
    },
  ])('of $title', async ({ make, most }) => {
    const { full, difference } = await compare(make, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    // And with no more executions than it takes.
    const { executions } = await reach(make(), { mode: 'states and orders' })
    expect(executions).toBeLessThanOrEqual(most)
  })
})
