import { expect, test } from 'vitest'
import { endpoint, insert, remove } from '../index.js'
import { explore } from './index.js'

test('a promise sees the names of all collections in which there is something, and of no others', async () => {
  const seen = new Set<string>()
  const worker = endpoint('worker', {
    async Go(_message, { store }) {
      await store.commit(insert('things', 'x', 1), insert('odds', 'a', 1), insert('odds', 'b', 2))
      await store.commit(remove('things', 'x'), remove('odds', 'a'))
    },
  })
  const finding = await explore({
    system: () => [worker],
    scenario: ({ send }) => send('worker', { type: 'Go' }),
    always: {
      'it is noted': ({ stores }) => {
        seen.add(stores.worker.collections().join())
        return true
      },
    },
  })
  expect(finding.verdict).toBe('passed')
  expect([...seen]).toEqual(['', 'odds,things', 'odds'])
})
