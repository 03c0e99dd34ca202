import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endpoint, insert, put } from '../index.js'
import { compare } from './fixtures/agreement.js'
import { plans } from './fixtures/plans.js'
import { build } from './fixtures/programs.js'
import type { SmallSystem } from './fixtures/small-system.js'
import { CheckError, explore, replay, type CheckOptions, type Scenario } from './index.js'

type Go = { readonly type: 'Go' }

const go = ({ send }: Scenario): Promise<void> => send('worker', { type: 'Go' })

const draws = endpoint('worker', { Go: async (_message: Go, { store }) => { await store.commit(insert('drawn', 'd', Math.random())) } }, { instances: 1 })
/** Its handler is one task for as long as the process lives, and its first value is drawn when the system starts. */
const drawsAtStart = endpoint('worker', () => {
  const first = Math.random()
  return { Go: async (_message: Go, { store }) => { await store.commit(insert('drawn', 'd', first)) } }
}, { instances: 1 })

/** What was drawn in the executions of a check. */
async function drawn(options: Partial<CheckOptions<typeof draws, boolean>>, worker = draws): Promise<readonly number[]> {
  const seen = new Set<number>()
  const finding = await explore({
    system: () => [worker],
    scenario: go,
    atRest: {
      looked: ({ stores }) => {
        for (const value of stores.worker.list<number>('drawn')) seen.add(value)
        return true
      },
    },
    ...options,
  })
  expect(finding.verdict).toBe('passed')
  return [...seen]
}

describe('random values', () => {
  test('come from one seed, unless a check names ways in which they come out', async () => {
    const [ordinary] = await drawn({})
    expect(await drawn({})).toEqual([ordinary])
    const values = await drawn({ draws: ['least', 'greatest', 1, 2] })
    expect(values).toHaveLength(4)
    expect(values).toEqual(expect.arrayContaining([0, 1 - 2 ** -53]))
    expect(values.every((value) => value >= 0 && value < 1 && value !== ordinary)).toBe(true)
  })

  test('come out in all ways in a random search, too', async () => {
    const values = await drawn({ draws: ['least', 'greatest', 1, 2], given: fc.boolean(), runs: 60 })
    expect(values).toHaveLength(4)
  })

  test('are told at the beginning of a story, which can be told again', async () => {
    const options: CheckOptions = { system: () => [draws], scenario: go, draws: [1, 'greatest'], atRest: { 'less than 0.999': ({ stores }) => (stores['worker']?.list<number>('drawn') ?? []).every((value) => value < 0.999) || 'it is more' } }
    const finding = await explore(options)
    if (finding.verdict !== 'broken') throw new Error(finding.verdict)
    expect(finding.schedule[0]).toBe('random values: always the greatest, just below 1')
    expect((await replay(options, finding.schedule)).trace.steps.map(({ text }) => text)).toEqual(finding.trace.steps.map(({ text }) => text))
    expect(finding.trace.participants.map(({ name }) => name)).toEqual(['outside', 'broker', 'worker', 'worker'])
  })

  test('that are drawn when the system starts are always the same', async () => {
    expect(await drawn({ draws: ['least', 1, 2] }, drawsAtStart)).toEqual(await drawn({}, drawsAtStart))
  })

  test('but those of a process that starts again after a crash are not', async () => {
    const values = await drawn({ draws: ['least', 1, 2], faults: { crashes: 1 } }, drawsAtStart)
    expect(values).toHaveLength(4)
    expect(values).toContain(0)
  })

  test('leave ids alone: two are never equal', async () => {
    const worker = endpoint('worker', { Go: async (_message: Go, { store }) => { await store.commit(put('ids', crypto.randomUUID(), 1), put('ids', crypto.randomUUID(), 2)) } }, { instances: 1 })
    const finding = await explore({ system: () => [worker], scenario: go, draws: ['least', 'greatest', 1], atRest: { 'two ids': ({ stores }) => stores.worker.ids('ids').length === 2 || 'equal' } })
    expect(finding.verdict).toBe('passed')
  })

  test('cost nothing where nobody draws: executions meet after their beginning', async () => {
    const worker = endpoint('worker', { Go: async (_message: Go, { store }) => { await store.commit(put('x', 'y', 1), put('x', 'z', 1)) } })
    const states = async (options: Partial<CheckOptions>): Promise<number> => {
      const finding = await explore({ system: () => [worker], scenario: go, faults: { crashes: 1 }, atRest: { fine: () => true }, ...options })
      return finding.verdict === 'passed' ? finding.coverage.states : NaN
    }
    expect(await states({ draws: ['least', 'greatest', 1, 2] })).toBe(1 + (await states({})))
  })

  test('are no evidence: a system that does nothing has done nothing', async () => {
    for (const given of [undefined, fc.boolean()]) {
      const finding = await explore({ system: () => [draws], scenario: () => Promise.resolve(), draws: ['least', 1], atRest: { fine: () => true }, ...(given === undefined ? {} : { given }) })
      expect(finding).toMatchObject({ verdict: 'unknown', explanation: { what: 'Nothing happened: no message was sent and no request was made.' } })
    }
  })

  test.each([[[0.5]], [['most']], [[1, 1]], ['least']])('do not come out as %j', async (wrong) => {
    const options = { system: () => [draws], scenario: go, draws: wrong, atRest: { fine: () => true } } as unknown as CheckOptions
    await expect(explore(options)).rejects.toThrow(/^check\(\) was called with draws: .*\nIt says in which ways random values come out\.\nWrite a list of different ways/)
  })
})

describe('the search with several ways for random values reaches exactly what every path reaches', () => {
  const waits = endpoint('worker', {
    async Go(_message: Go, { store, send }) {
      const found = await store.get<number>('waits', 'w')
      if (found !== undefined) return
      const delay = 1_000 + Math.floor(Math.random() * 1_000)
      await store.commit(put('waits', 'w', delay))
      await send('worker', { type: 'Go' }, { id: 'again', delay })
    },
  }, { instances: 1 })
  const drawAndTell: SmallSystem = { nodes: [waits], scenario: go, draws: ['least', 'greatest', 1], faults: { crashes: 1 } }

  test('on a written one', async () => {
    const { full, difference } = await compare(() => drawAndTell, { limit: 20_000 })
    expect(difference).toBeUndefined()
    expect(full?.complete).toBe(true)
    expect(full?.ends.size).toBeGreaterThan(2)
  })

  test('on generated ones, also with a broker that is never late', { timeout: 120_000 }, async () => {
    let compared = 0
    for (const plan of fc.sample(plans(), { numRuns: 16, seed: 17 })) {
      for (const punctual of [false, true]) {
        const make = (looks: boolean): SmallSystem => {
          const system = build(plan, looks)
          return { ...system, draws: ['least', 7], broker: { ...system.broker, punctual } }
        }
        const { full, difference } = await compare(() => make(false), { limit: 120, watch: plan.watch, lookingAtTheClock: () => make(true) })
        expect(difference, JSON.stringify(plan)).toBeUndefined()
        if (full?.complete === true) compared += 1
      }
    }
    expect(compared).toBeGreaterThan(8)
  })
})

test('a broken check says how chance came out', async () => {
  const finding = await explore({ system: () => [draws], scenario: go, draws: ['least'], atRest: { never: () => 'as expected' } })
  if (finding.verdict === 'passed') throw new Error('passed')
  const { message } = new CheckError(finding, JSON.stringify(finding))
  expect(message).toContain('random values: always the least, 0')
})
