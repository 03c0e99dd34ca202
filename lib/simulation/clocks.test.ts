import { describe, expect, test } from 'vitest'
import { endpoint, job, put } from '../index.js'
import { tell, tellAll } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** 9:00 on the first day, when virtual time begins. */
const nine = Date.UTC(2026, 0, 1, 9)
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Looks at the clock, sleeps for ten seconds, and looks again. */
const looker = job('looker', async ({ store }) => {
  const first = Date.now()
  await sleep(10_000)
  await store.commit(put('looks', 'x', { first: first - nine, later: Date.now() - first, elapsed: performance.now() - first + nine }))
}, { instances: 1 })

async function looks(system: SmallSystem): Promise<readonly unknown[]> {
  const found = (await tellAll(system)).map(({ end }) => JSON.stringify(end.stores['looker']?.['looks']?.[0]?.value))
  return [...new Set(found)].map((text): unknown => JSON.parse(text))
}

describe('clocks that run apart', () => {
  test('are right, or wrong by the bound, behind or ahead; timers run at the right pace all the same', async () => {
    expect(await looks({ nodes: [looker], scenario: () => Promise.resolve(), clockSkew: { looker: 5_000 } })).toEqual([
      { first: 0, later: 10_000, elapsed: 10_000 },
      { first: -5_000, later: 10_000, elapsed: 10_000 },
      { first: 5_000, later: 10_000, elapsed: 10_000 },
    ])
    const story = await tell({ nodes: [looker], scenario: () => Promise.resolve(), clockSkew: { looker: 5_000 } }, [/5 s ahead/])
    expect(story.took).toBe(10_000)
    expect(story.steps[0]).toMatchObject({ action: 'timer', text: 'starts', outcome: 'its clock is 5 s ahead' })
  })

  test('are right where nothing else is said', async () => {
    expect(await looks({ nodes: [looker], scenario: () => Promise.resolve() })).toEqual([{ first: 0, later: 10_000, elapsed: 10_000 }])
  })

  test('of two processes differ by twice the bound at most', async () => {
    const pair = job('pair', async ({ store }) => {
      await store.commit(put('clocks', crypto.randomUUID(), Date.now() - nine))
    })
    const differences = new Set((await tellAll({ nodes: [pair], scenario: () => Promise.resolve(), clockSkew: { pair: 5_000 } })).map(({ end }) => {
      const [one, other] = (end.stores['pair']?.['clocks'] ?? []).map(({ value }) => Number(value))
      return Math.abs((one ?? NaN) - (other ?? NaN))
    }))
    expect([...differences].sort((a, b) => a - b)).toEqual([0, 5_000, 10_000])
  })

  test('may be other clocks after a crash, and never change before', async () => {
    const log = new Set<string>()
    const twice = job('twice', async ({ store }) => {
      const before = Date.now() - nine
      await store.get('things', 'x')
      const after = Date.now() - nine
      await store.commit(put('things', 'x', 1))
      log.add(`${before} ${after}`)
    }, { instances: 1 })
    const stories = await tellAll({ nodes: [twice], scenario: () => Promise.resolve(), clockSkew: { twice: 1_000 }, faults: { crashes: 1 } })
    expect([...log].sort()).toEqual(['-1000 -1000', '0 0', '1000 1000'])
    const clocks = stories.map(({ schedule }) => schedule.filter((label) => label.includes('starts')).map((label) => / right| behind| ahead/.exec(label)?.[0]?.trim()).join('-'))
    for (const expected of ['right', 'right-ahead', 'behind-behind', 'ahead-behind']) expect(clocks).toContain(expected)
  })

  test('of an endpoint are known before its first message, and outlast it', async () => {
    const worker = endpoint('worker', {
      async Go(_message, { store, messageId }) {
        await store.commit(put('looks', messageId, Date.now() - nine))
      },
    }, { instances: 1 })
    const ends = (await tellAll({
      nodes: [worker],
      clockSkew: { worker: 2_000 },
      async scenario({ send }) {
        await send('worker', { type: 'Go' })
        await send('worker', { type: 'Go' })
      },
    })).map(({ end }) => (end.stores['worker']?.['looks'] ?? []).map(({ value }) => Number(value)).join(' '))
    expect([...new Set(ends)].sort()).toEqual(['-2000 -2000', '0 0', '2000 2000'])
  })
})
