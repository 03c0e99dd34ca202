import { describe, expect, test } from 'vitest'
import { consumer, endpoint, put, type HandlerContext } from '../index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** Keeps which message came last, and how many came. */
const remember = async ({ store, messageId }: Pick<HandlerContext, 'store' | 'messageId'>): Promise<void> => {
  const found = await store.get<number>('things', messageId)
  await store.commit(put('things', messageId, (found?.value ?? 0) + 1), put('things', 'last', messageId))
}
/** Does less. */
const note = ({ store, messageId }: HandlerContext): Promise<void> => store.commit(put('things', messageId, 1)).then(() => undefined)
const worker = (instances = 1) => endpoint('worker', { Go: (_message, context) => remember(context), Done: (_message, context) => note(context) }, { instances })

/** The same with a receive loop. `settle` says how at which delivery. */
const loop = (settle: (delivery: { readonly ack: () => Promise<void>; readonly abandon: (options?: { readonly delay?: number }) => Promise<void>; readonly deadLetter: (reason: string) => Promise<void>; readonly deliveryCount: number }) => Promise<void>, instances = 1) =>
  consumer('worker', async (receiver, { store }) => {
    for (;;) {
      const delivery = await receiver.receive()
      await remember({ store, messageId: delivery.messageId }).catch(() => undefined)
      await settle(delivery).catch(() => undefined)
    }
  }, { instances })

const sends = (...messages: readonly { readonly delay?: number; readonly n?: number }[]): SmallSystem['scenario'] => async ({ send }) => {
  for (const { delay, n = 0 } of messages) await send('worker', { type: 'Go', n }, delay === undefined ? {} : { delay })
}

interface Case {
  readonly title: string
  readonly make: () => SmallSystem
}

/** No order is left out in which anything else could come of it, and none is tried that cannot be. */
describe('a search reaches what every path reaches', () => {
  test.each<Case>([
    { title: 'two messages for two consumers', make: () => ({ nodes: [worker(2)], scenario: sends({}, {}) }) },
    { title: 'three messages in order', make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }, {}) }) },
    { title: 'a message that overtakes', make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { reorderings: 1 } }) },
    { title: 'a copy', make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { copies: 1 } }) },
    { title: 'a late copy', make: () => ({ nodes: [worker()], scenario: sends({}), faults: { lateCopies: 1 } }) },
    { title: 'a delay, and one that was asked for', make: () => ({ nodes: [worker()], scenario: sends({}, { delay: 5_000 }), faults: { delays: 1 } }) },
    { title: 'a lost acknowledgement', make: () => ({ nodes: [worker()], scenario: sends({}, { n: 1 }), faults: { lostAcks: 1 } }) },
    { title: 'a lost acknowledgement of a loop', make: () => ({ nodes: [loop(({ ack }) => ack())], scenario: sends({}), faults: { lostAcks: 1 } }) },
    { title: 'a stall', make: () => ({ nodes: [worker(2)], scenario: sends({}), faults: { stalls: 1 } }) },
    { title: 'a crash', make: () => ({ nodes: [worker()], scenario: sends({}, {}), faults: { crashes: 1 } }) },
    { title: 'crashes up to the limit of deliveries', make: () => ({ nodes: [worker()], scenario: sends({}), faults: { crashes: 2 }, broker: { maxDeliveries: 2 } }) },
    { title: 'what is given back', make: () => ({ nodes: [loop(({ ack, abandon, deliveryCount }) => (deliveryCount === 1 ? abandon() : deliveryCount === 2 ? abandon({ delay: 500 }) : ack()))], scenario: sends({}, { delay: 200 }) }) },
    { title: 'what is given up', make: () => ({ nodes: [loop(({ deadLetter }) => deadLetter('poison'), 2)], scenario: sends({}, {}) }) },
    {
      title: 'an event for two, and its copy',
      make: () => ({ nodes: [worker(), endpoint('other', { Done: () => Promise.resolve() }, { instances: 1 })], scenario: ({ publish }) => publish({ type: 'Done' }), faults: { copies: 1 } }),
    },
    {
      title: 'a message that a process sends, and does not know whether',
      make: () => ({ nodes: [endpoint('worker', { Done: () => Promise.resolve() }, { instances: 1 }), endpoint('sender', { Go: (_message, { send }) => send('worker', { type: 'Done' }, { id: 'x' }) }, { instances: 1 })], scenario: ({ send }) => send('sender', { type: 'Go' }), faults: { ambiguousSends: 1, refusals: 1 } }),
    },
  ])('of $title', async ({ make }) => {
    const { full, difference } = await compare(make, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
  })
})
