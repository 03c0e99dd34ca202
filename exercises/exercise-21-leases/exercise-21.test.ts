import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, thirdParty, type Scenario, type View } from '#lib/testing'
import type { ImportedCar, PriceListLine } from '#driveway'
import { night } from './night-job.js'
import { priceList } from './price-list.js'

type Cars = Readonly<Record<string, ImportedCar>>
type Line = PriceListLine & { readonly car: string }

const seconds = 1_000
const cars: Cars = { beetle: { dollars: 22_000 }, bus: { dollars: 44_000 } }

/** Sells rates, no two alike. Its books say when each was sold, in milliseconds since 02:00. */
const bank = thirdParty('bank', {
  records: [] as readonly number[],
  answer: (_request, sold, { now }) => ({ response: { status: 201, body: { rate: (110 + sold.length) / 100 } }, records: [...sold, now] }),
})

const system = () => [night, priceList, bank]
const documents = { night: { cars } }
const instances = { night: 2, 'price-list': 1 }
const clockSkew = { night: 30 * seconds }
const longestStall = { night: 240 * seconds }
/** It is 02:00, and nobody but the night job is awake. */
const quietNight = (): Promise<void> => Promise.resolve()
const always = { 'one process leads': leaders(1) }
/** Whoever was gone, or seemed to be, may be replaced: one for each fault. */
const alwaysWithOneFault = { 'a leader is replaced only when it was gone': leaders(2) }
const atRest = { 'the list is whole, and of one rate': wholeAndOfOneRate(cars) }
/** The dealers come for the list three minutes after the job has begun. */
const inTime = { scenario: fetchTheListAt(180 * seconds), atRest: { ...atRest, 'at 02:03 dealers get the whole list, of one rate': dealersGetTheWholeList(cars) } }

describe('exercise 21 · leases', () => {
  test('★ three processes begin, and one of them makes the list', () =>
    check({ system, documents, instances: { night: 3, 'price-list': 1 }, ...inTime, always }))

  test('★ a list of five cars takes longer than any lease', () => {
    const five: Cars = { ...cars, ghia: { dollars: 30_000 }, karmann: { dollars: 35_000 }, thing: { dollars: 18_000 } }
    return check({ system, documents: { night: { cars: five } }, instances, scenario: quietNight, always, atRest: { 'the list is whole, and of one rate': wholeAndOfOneRate(five) } })
  })

  test('★★ a process crashes, and another takes over', () =>
    check({ system, documents, instances, ...inTime, faults: { crashes: 1 }, always: alwaysWithOneFault }))

  test('★★ a response is lost', () =>
    check({ system, documents, instances, ...inTime, faults: { lostResponses: 1 }, always: alwaysWithOneFault }))

  test('★★★ clocks run apart, and nothing else happens', () =>
    check({ system, documents, instances: { night: 3, 'price-list': 1 }, scenario: quietNight, clockSkew, always, atRest }))

  test('★★★ clocks run apart, and a process crashes', () =>
    check({ system, documents, instances, scenario: quietNight, clockSkew, faults: { crashes: 1 }, always: alwaysWithOneFault, atRest }))

  test('★★★ a process stalls, at any moment, for minutes', () =>
    check({ system, documents, instances, ...inTime, longestStall, faults: { stalls: 1 }, always: alwaysWithOneFault }))

  test('★★★ a process stalls, and the price list runs in two processes', () =>
    check({ system, documents, instances: { night: 2, 'price-list': 2 }, ...inTime, longestStall, faults: { stalls: 1 }, always: alwaysWithOneFault }))

  test('★★★ any night: lists of any length, clocks apart, and everything that can happen', async () => {
    for (const list of fc.sample(lists(), { seed: 21, numRuns: 6 })) {
      await check({
        system,
        documents: { night: { cars: list } },
        given: fc.constant(list),
        scenario: quietNight,
        clockSkew,
        longestStall: { ...longestStall, 'price-list': 60 * seconds },
        faults: { crashes: 1, stalls: 1, lostRequests: 1, lostResponses: 1, ambiguousCommits: 1 },
        runs: 20,
        always: { 'a leader is replaced only when it was gone': leaders(6) },
        atRest: { 'the list is whole, and of one rate': wholeAndOfOneRate(list) },
      })
    }
  })
})

function lists(): fc.Arbitrary<Cars> {
  return fc.dictionary(fc.constantFrom('beetle', 'bus', 'ghia', 'thing'), fc.integer({ min: 1_000, max: 90_000 }).map((dollars) => ({ dollars })), { minKeys: 1, noNullPrototype: true })
}

function fetchTheListAt(moment: number) {
  return async ({ wait, browser }: Scenario): Promise<void> => {
    await wait(moment)
    await browser.get('http://price-list/cars')
  }
}

/** Whoever leads buys a rate. */
function leaders(most: number) {
  return ({ ledgers }: View): true | string => {
    const sold = ledgers['bank'] as readonly number[]
    return sold.length <= most || `expected ${most === 1 ? '1 process' : `${most} processes at most`} to buy a rate from the bank, found ${sold.length}: at ${sold.map(timeOf).join(' and ')}`
  }
}

function wholeAndOfOneRate(expected: Cars) {
  return ({ stores }: View<'price-list'>): true | string => {
    const store = stores['price-list']
    const ids = store.ids('lines')
    return judgeList(expected, store.list<PriceListLine>('lines').map((line, index) => ({ ...line, car: ids[index] ?? '' })))
  }
}

function dealersGetTheWholeList(expected: Cars) {
  return ({ browser }: View): true | string => {
    const body = browser.clicks[0]?.response?.body
    return body === undefined || judgeList(expected, body as unknown as readonly Line[])
  }
}

function judgeList(expected: Cars, lines: readonly Line[]): true | string {
  const missing = Object.keys(expected).filter((car) => !lines.some((line) => line.car === car))
  if (missing.length > 0) return `expected ${Object.keys(expected).length} cars in the price list, found ${lines.length}: without ${missing.join(' and ')}`
  const rates = new Set(lines.map(({ rate }) => rate))
  if (rates.size > 1) return `expected a list of one rate, found ${lines.map(({ car, rate }) => `${car} at ${rate}`).join(' and ')}`
  const wrong = lines.find(({ car, price, rate }) => price !== Math.round((expected[car]?.dollars ?? NaN) / rate))
  return wrong === undefined || `expected $ ${expected[wrong.car]?.dollars ?? 0} to be converted at ${wrong.rate}, found a price of € ${wrong.price} for ${wrong.car}`
}

/** 02:01:10 */
function timeOf(milliseconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 2) + milliseconds).toISOString().slice(11, 19)
}
