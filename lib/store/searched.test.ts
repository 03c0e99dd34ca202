import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, remove, type HandlerContext } from '../index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

const worker = (code: (store: HandlerContext['store'], id: string) => Promise<unknown>, instances = 2) =>
  endpoint('worker', { Go: async (_message, { store, messageId }) => { await code(store, messageId).catch(() => undefined) } }, { instances })

const two: SmallSystem['scenario'] = async ({ send }) => {
  await send('worker', { type: 'Go' })
  await send('worker', { type: 'Go' })
}
const one: SmallSystem['scenario'] = ({ send }) => send('worker', { type: 'Go' })

interface Case {
  readonly title: string
  readonly make: () => SmallSystem
}

/** No order is left out in which anything else could come of it. */
describe('a search reaches what every path reaches', () => {
  test.each<Case>([
    {
      title: 'two that count',
      make: () => ({
        nodes: [worker(async (store) => {
          const found = await store.get<number>('things', 'count')
          await store.commit(put('things', 'count', (found?.value ?? 0) + 1))
        })],
        scenario: two,
      }),
    },
    { title: 'two that list what the other writes', make: () => ({ nodes: [worker(async (store, id) => store.commit(put('things', id, (await store.list('things')).length)))], scenario: two }) },
    { title: 'two of whom one comes first', make: () => ({ nodes: [worker((store, id) => store.commit(insert('things', 'x', id)))], scenario: two }) },
    { title: 'one that removes and makes anew', make: () => ({ nodes: [worker(async (store) => [await store.commit(put('things', 'x', 1)), await store.commit(remove('things', 'x')), await store.commit(insert('things', 'x', 1))], 1)], scenario: one, faults: { crashes: 1 } }) },
    { title: 'commits without a response', make: () => ({ nodes: [worker(async (store, id) => { await store.commit(put('things', id, 1)).catch(() => store.commit(put('things', 'failed', 1))) }, 1)], scenario: one, faults: { ambiguousCommits: 1, refusals: 1 } }) },
  ])('of $title', async ({ make }) => {
    const { full, difference } = await compare(make, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    expect(full?.ends.size).toBeGreaterThan(0)
  })
})
