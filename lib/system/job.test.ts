import { describe, expect, test } from 'vitest'
import { job, put, type Context } from '../index.js'
import { outagesOf, type StoreView } from '../testing.js'
import { explore } from '../exploration/index.js'
import { tell } from '../exploration/fixtures/stories.js'

const nothing = (): Promise<void> => Promise.resolve()
const kept = { 'nothing is promised': () => true as const }
const count = async ({ store }: Context): Promise<void> => {
  const found = await store.get<number>('runs', 'x')
  await store.commit(put('runs', 'x', (found?.value ?? 0) + 1))
}

describe('a job', () => {
  test('begins when its process starts, and is done when it returns', async () => {
    const story = await tell({ nodes: [job('night', count, { instances: 1 })], scenario: nothing })
    expect(story.schedule).toEqual(['night, job, reads runs x', 'night, job, commits runs x'])
    expect(story.end.stores['night']?.['runs']).toEqual([{ id: 'x', version: 1, value: 1 }])
  })

  test('runs in each of its instances, two where nothing else is said', async () => {
    const story = await tell({ nodes: [job('night', count)], scenario: nothing })
    expect(story.schedule.filter((label) => label.includes('commits')).sort()).toEqual(['night 1, job, commits runs x', 'night 2, job, commits runs x'])
  })

  test('begins again after a crash, and does not when it was done', async () => {
    const finding = await explore({
      system: () => [job('night', count, { instances: 1 })],
      scenario: nothing,
      faults: { crashes: 1 },
      atRest: { 'it was done once or twice': ({ stores }: { readonly stores: Readonly<Record<string, StoreView>> }) => [1, 2].includes(stores['night']?.get<number>('runs', 'x') ?? 0) || 'it was not' },
    })
    expect(finding.verdict).toBe('passed')
  })

  test('begins again after an error, which promises can see', async () => {
    const once = job('night', async ({ store }) => {
      const found = await store.get('runs', 'x')
      if (found !== undefined) return
      await store.commit(put('runs', 'x', 1))
      throw new Error('out of paper')
    }, { instances: 1 })
    const finding = await explore({ system: () => [once], scenario: nothing, atRest: { 'the reason is known': ({ ledgers }) => outagesOf(ledgers, 'night').join() === 'Error: out of paper' || 'it is not' } })
    expect(finding.verdict).toBe('passed')
  })

  test('leaves nothing under way when an error ends its process', async () => {
    const beats: number[] = []
    const failing = job('night', async ({ store }) => {
      if ((await store.get('runs', 'x')) !== undefined) return
      setInterval(() => beats.push(performance.now()), 1_000)
      await store.commit(put('runs', 'x', 1))
      throw new Error('out of paper')
    }, { instances: 1 })
    const story = await tell({ nodes: [failing], scenario: nothing })
    expect(story.schedule).toEqual(['night, job, reads runs x', 'night, job, commits runs x', 'night goes down: Error: out of paper', 'night, job, reads runs x'])
    expect(beats).toEqual([])
  })

  test('that can do nothing but fail is told so', async () => {
    const broken = job('night', () => Promise.reject(new TypeError('leases is not a function')), { instances: 1 })
    expect(await explore({ system: () => [broken], scenario: nothing, atRest: kept })).toMatchObject({ verdict: 'misuse', explanation: { what: expect.stringContaining('The job night threw TypeError: leases is not a function') as string } })
    const forgetful = job('night', ({ store }) => {
      void store.commit(put('runs', 'x', 1))
      return Promise.resolve()
    }, { instances: 1 })
    expect(await explore({ system: () => [forgetful], scenario: nothing, atRest: kept })).toMatchObject({ verdict: 'misuse', kind: 'missing-await' })
  })

  test('needs a name, a function, and options that exist', () => {
    expect(() => job('Night', nothing)).toThrow('job() was given "Night" as a name.')
    expect(() => job('night', 'now' as unknown as typeof nothing)).toThrow("job('night') was given string in place of what it does.")
    const options = { instances: 1, every: 5 }
    expect(() => job('night', nothing, options)).toThrow('every')
  })
})
