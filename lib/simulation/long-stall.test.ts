import { describe, expect, test } from 'vitest'
import { job, put } from '../index.js'
import { thirdParty } from '../testing.js'
import { mostOf, tell, tellAll } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const log = thirdParty('log', { records: [] as readonly string[], answer: ({ segments }, records) => ({ response: { status: 200 }, records: [...records, segments.join()] }) })

/** Reads, and then writes, as if nothing could come in between. */
const writer = job('writer', async ({ store, http }) => {
  await store.get('things', 'x')
  await http.post('http://log/write')
}, { instances: 1 })
/** Comes by after twenty seconds, and again after forty. */
const visitor = job('visitor', async ({ http }) => {
  await sleep(20_000)
  await http.post('http://log/first')
  await sleep(20_000)
  await http.post('http://log/second')
}, { instances: 1 })

function system(longestStall: SmallSystem['longestStall'], stalls = 1): SmallSystem {
  return { nodes: [writer, visitor, log], scenario: () => Promise.resolve(), faults: { stalls }, longestStall }
}

async function orders(of: SmallSystem): Promise<readonly string[]> {
  return [...new Set((await tellAll(of)).map(({ end }) => (end.ledgers['log'] as readonly string[]).join(' ')))].sort()
}

describe('a stall for which nobody waits', () => {
  test('lasts as long as it may, at most, and others act in the meantime', async () => {
    expect(await orders(system({ writer: 15_000 }))).toEqual(['write first second'])
    expect(await orders(system({ writer: 30_000 }))).toEqual(['first write second', 'write first second'])
    expect(await orders(system({ writer: 45_000 }))).toEqual(['first second write', 'first write second', 'write first second'])
  })

  test('happens only to the parts that are named, and costs a stall', async () => {
    expect(await orders(system(undefined))).toEqual(['write first second'])
    expect(await orders(system({ visitor: 60_000 }))).toEqual(['write first second'])
    expect(await orders(system({ writer: 60_000 }, 0))).toEqual(['write first second'])
  })

  test('is told with its length: until something else happens, or until it may last no longer', async () => {
    const short = await tell(system({ writer: 45_000 }), [/writer stalls/, /visitor: 20 s are over/, /writer wakes up$/])
    expect(short.faults).toEqual(['stalls'])
    expect(short.steps.filter(({ action }) => action === 'time').map(({ text, at }) => `${at}: ${text}`)).toEqual(['0: writer stalls', '20000: writer wakes up, 20 s later'])
    const long = await tell(system({ writer: 45_000 }), [/writer stalls/, /visitor: 20 s are over/, /visitor: 20 s are over/, /writer wakes up, 45 s later/])
    expect(long.steps.find(({ text }) => text.includes('wakes'))).toMatchObject({ at: 45_000, text: 'writer wakes up, 45 s later' })
  })

  test('begins when everybody else waits for time: before, it would be no more than being slow', async () => {
    const hurried = job('hurried', ({ http }) => http.post('http://log/hurry').then(() => undefined), { instances: 1 })
    const busy: SmallSystem = { nodes: [writer, hurried, log], scenario: () => Promise.resolve(), faults: { stalls: 1 }, longestStall: { writer: 10_000 } }
    const schedules = (await tellAll(busy)).map(({ schedule }) => schedule)
    const stalls = schedules.filter((schedule) => schedule.some((label) => label === 'writer stalls'))
    expect(stalls.length).toBeGreaterThan(0)
    for (const schedule of stalls) expect(schedule.indexOf('writer stalls')).toBeGreaterThan(schedule.findIndex((label) => label.includes('hurry')))
  })

  test('makes a timer fire late, and whoever crashes in it starts again awake', async () => {
    const ticks: number[] = []
    const timer = job('timer', async () => {
      await sleep(1_000)
      ticks.push(performance.now())
    }, { instances: 1 })
    await tellAll({ nodes: [timer, log], scenario: () => Promise.resolve(), faults: { stalls: 1 }, longestStall: { timer: 5_000 } })
    expect([...new Set(ticks)].sort((a, b) => a - b)).toEqual([1_000, 5_000])
    const crashed = await tell({ ...system({ writer: 45_000 }), faults: { stalls: 1, crashes: 1 } }, [/writer stalls/, /writer crashes/, /writer.*reads/])
    expect(crashed.end.ledgers['log']).toEqual(['write', 'first', 'second'])
  })

  test('outlasts a document that says until when it is good', async () => {
    const lease = job('lease', async ({ store, http }) => {
      const found = await store.get<{ readonly until: number }>('leases', 'x')
      if (found !== undefined) await sleep(found.value.until - Date.now())
      await store.commit(put('leases', 'x', { until: Date.now() + 30_000 }))
      await http.post(`http://log/${found === undefined ? 'first' : 'second'}`)
    })
    const found = await orders({ nodes: [lease, log], scenario: () => Promise.resolve(), faults: { stalls: 1 }, longestStall: { lease: 60_000 } })
    expect(found).toContain('second first')
  })

  test('is tried within its budget', async () => {
    expect(await mostOf('stalls', system({ writer: 25_000, visitor: 25_000 }))).toEqual([1, 2])
  })
})
