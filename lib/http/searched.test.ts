import { describe, expect, test } from 'vitest'
import { endpoint, put, service } from '../index.js'
import { compare } from '../exploration/fixtures/agreement.js'
import { tellAll } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** Writes down what it is asked for, and how often. */
const web = (instances = 1, concurrency = 1) =>
  service('web', {
    async 'POST /:id'({ params }, { store }) {
      const found = await store.get<number>('asked', params.id)
      await store.commit(put('asked', params.id, (found?.value ?? 0) + 1))
      return { status: 200, body: { n: found?.value ?? 0 } }
    },
  }, { instances, concurrency })

/** Asks once, and writes down what it was told. */
const client = (timeout = 10_000) =>
  endpoint('client', {
    async Go(_message, { http, store }) {
      const told = await http.post('http://web/x', undefined, { timeout }).then(({ status, body }) => ({ status, body }), (error: unknown) => (error instanceof Error ? error.name : 'thrown'))
      await store.commit(put('told', 'x', told))
    },
  }, { instances: 1 })

const asks: SmallSystem['scenario'] = ({ send }) => send('client', { type: 'Go' })

const clicks = (...ids: readonly string[]): SmallSystem['scenario'] => async ({ browser }) => { await Promise.all(ids.map((id) => browser.post(`/${id}`, undefined, { attempts: 1 }))) }

/** No order is left out in which anything else could come of it. */
describe('a search reaches what every path reaches', () => {
  test.each<{ readonly title: string; readonly make: () => SmallSystem; readonly several: boolean }>([
    { title: 'two clicks on two servers', make: () => ({ nodes: [web(2)], scenario: clicks('x', 'x') }), several: true },
    { title: 'two clicks on one server', make: () => ({ nodes: [web()], scenario: clicks('x', 'y') }), several: false },
    { title: 'a request or its response that is lost', make: () => ({ nodes: [client(), web()], scenario: asks, faults: { lostRequests: 1, lostResponses: 1 } }), several: true },
    { title: 'a crash of either', make: () => ({ nodes: [client(), web()], scenario: asks, faults: { crashes: 1 } }), several: true },
    { title: 'a stall of either', make: () => ({ nodes: [client(), web()], scenario: asks, faults: { stalls: 1 } }), several: true },
  ])('of $title', async ({ make, several }) => {
    const { full, difference } = await compare(make, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    expect((full?.ends.size ?? 0) > 1, 'in several ways it can end').toBe(several)
  })
})

describe('a server', () => {
  const slow = (instances: number, concurrency: number) => service('web', { 'POST /:id': (_request, { store }) => store.get('asked', 'x').then(() => ({ status: 200 })) }, { instances, concurrency })
  const overlapping = async (instances: number, concurrency: number): Promise<number> => {
    const stories = await tellAll({ nodes: [slow(instances, concurrency)], scenario: clicks('x', 'y') })
    return stories.filter(({ schedule }) => schedule.findLastIndex((label) => label.includes('arrives at')) < schedule.findIndex((label) => label.includes('the response'))).length
  }

  test('works on as many requests at a time as it was asked to', async () => {
    expect(await overlapping(1, 1)).toBe(0)
    expect(await overlapping(1, 2)).toBeGreaterThan(0)
    expect(await overlapping(2, 1)).toBeGreaterThan(0)
  })
})
