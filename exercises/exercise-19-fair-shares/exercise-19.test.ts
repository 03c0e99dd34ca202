import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, outagesOf, thirdParty, type View } from '#lib/testing'
import type { UploadedCar } from '#driveway'
import { studios } from './fair-shares.js'

const minute = 60_000
const hour = 60 * minute

describe('exercise 19 · fair-shares', () => {
  test('★ two studios, and a car for each', () => {
    const cars = uploads('anna 10', 'ben 20')
    return check({ ...night(cars, 2), maxSteps: 400, always: { 'no car is cut out twice': once() }, atRest: { 'no car is lost': kept(cars), 'no studio goes down': nobodyDown } })
  })

  test('★ three studios, and a car for each', () => {
    const cars = uploads('anna 10', 'ben 15', 'cleo 10')
    return check({ ...night(cars), ...someSchedules(cars), always: { 'no car is cut out twice': once() }, atRest: { 'no car is lost': kept(cars) } })
  })

  test('★★ long cars and short ones', () => {
    const cars = uploads('anna 30', 'anna 10', 'anna 10', 'anna 30')
    return check({
      ...night(cars),
      ...someSchedules(cars),
      always: { 'no car is cut out twice': once() },
      atRest: { 'no car is lost': kept(cars), 'at most 5/3 of the shortest night': shortEnough(cars) },
    })
  })

  test('★★ no studio is idle', () => {
    const cars = uploads('anna 50', 'anna 10', 'anna 10', 'anna 50', 'ben 10', 'anna 20', 'anna 10')
    return check({ ...night(cars), ...someSchedules(cars), always: { 'no car is cut out twice': once(), 'no studio is idle while a car waits': busy(cars) }, atRest: { 'no car is lost': kept(cars) } })
  })

  test('★★ a studio crashes', () => {
    const cars = uploads('anna 10')
    return check({
      ...night(cars, 2),
      faults: { crashes: 1 },
      always: { 'no car is cut out twice, unless a studio has crashed': once(1) },
      atRest: { 'no car is lost': kept(cars), 'within two hours, another studio begins': begunBy(2 * hour + 10 * minute) },
    })
  })

  test('★★ one dealer has uploaded many cars, and two have one each', () => {
    const cars = uploads('anna 10', 'anna 20', 'anna 10', 'anna 10', 'anna 10', 'ben 30', 'cleo 10')
    return check({ ...night(cars, 1), always: { 'dealers take turns': takeTurns(cars) }, atRest: { 'no car is lost': kept(cars) } })
  })

  test('★★ three dealers, and one of them was busy in the afternoon', () => {
    const cars = uploads('anna done', 'anna done', 'anna done', 'ben 10', 'ben 10', 'ben 10', 'anna 10', 'anna 10', 'cleo 10', 'cleo 10', 'cleo 10', 'cleo 10')
    return check({ ...night(cars, 1), always: { 'dealers take turns': takeTurns(cars) }, atRest: { 'no car is lost': kept(cars) } })
  })

  test('★★ dealers take turns, with three studios', () => {
    const cars = uploads('anna 10', 'anna 25', 'anna 10', 'anna 15', 'anna 10', 'anna 10', 'ben 30', 'ben 10', 'ben 20')
    return check({ ...night(cars), ...someSchedules(cars), always: { 'dealers take turns': takeTurns(cars), 'no studio is idle while a car waits': busy(cars) }, atRest: { 'no car is lost': kept(cars) } })
  })

  test('★★★ every crash', () => {
    const cars = uploads('anna 10', 'ben 20')
    return check({
      ...night(cars, 2),
      faults: { crashes: 1 },
      always: { 'no car is cut out twice, unless a studio has crashed': once(1) },
      atRest: { 'no car is lost': kept(cars), 'within two hours, another studio begins': begunBy(2 * hour + 30 * minute) },
    })
  })

  test('★★★ a studio stalls for up to three hours', () => {
    const cars = uploads('anna 10')
    return check({
      ...night(cars, 2),
      faults: { stalls: 1 },
      longestStall: { studios: 3 * hour },
      always: { 'no car is cut out twice, unless a studio seems to have crashed': once(1) },
      atRest: { 'no car is lost': kept(cars) },
    })
  })

  test('★★★ a response is lost, and it is not known whether a commit was done', () => {
    const cars = uploads('anna 10')
    return check({
      ...night(cars, 2),
      faults: { lostResponses: 1, ambiguousCommits: 1 },
      always: { 'no car is cut out twice, unless a studio seems to have crashed': once(2) },
      atRest: { 'no car is lost': kept(cars) },
    })
  })

  test('★★★ any night', async () => {
    for (const cars of nights(20)) {
      await check({
        ...night(cars),
        ...someSchedules(cars),
        always: { 'no car is cut out twice': once(), 'dealers take turns': takeTurns(cars), 'no studio is idle while a car waits': busy(cars) },
        atRest: { 'no car is lost': kept(cars), 'at most 5/3 of the shortest night': shortEnough(cars) },
      })
    }
  })

  test('★★★ any night, and everything that can happen', async () => {
    for (const cars of nights(5)) {
      await check({
        ...night(cars),
        ...someSchedules(cars),
        runs: 10,
        faults: { crashes: 1, stalls: 1, lostRequests: 1, lostResponses: 1, ambiguousCommits: 1 },
        longestStall: { studios: 3 * hour },
        always: { 'a car is cut out again only for a studio that seems to have crashed': once(5) },
        atRest: { 'no car is lost': kept(cars) },
      })
    }
  })
})

interface Car {
  readonly id: string
  readonly dealer: string
  /** What it takes to cut it out. Nobody but the cutter knows that. */
  readonly minutes: number
  /** It was done in the afternoon. */
  readonly done: boolean
}

/** What dealers have uploaded, in this order: `anna 10` is a car of Anna's that takes ten minutes. */
function uploads(...texts: readonly string[]): readonly Car[] {
  const digits = String(texts.length).length
  return texts.map((text, index) => {
    const [dealer = '', minutes = ''] = text.split(' ')
    return { id: `c${String(index + 1).padStart(digits, '0')}`, dealer, minutes: minutes === 'done' ? 0 : Number(minutes), done: minutes === 'done' }
  })
}

/** A night with so many studios. Nothing happens from outside: the dealers sleep. */
function night(cars: readonly Car[], count = 3) {
  const documents = cars.map(({ id, dealer, done }, index): [string, UploadedCar] => [id, { dealer, studio: (index % 3) + 1, ...(done ? { cutOut: `${id}.png` } : {}) }])
  const cutter = thirdParty('cutter', {
    records: [] as readonly Readonly<Record<'car' | 'at', string | number>>[],
    answer({ segments: [, id] }, log, { now }) {
      const car = cars.find((one) => one.id === id)
      if (car === undefined) return { response: { status: 404 } }
      return { response: { status: 201, body: { minutes: car.minutes, cutOut: `${car.id}.png` } }, records: [...log, { car: car.id, at: now }] }
    },
  })
  return { system: () => [studios, cutter], ...(count === 3 ? {} : { instances: { studios: count } }), documents: { studios: { cars: Object.fromEntries(documents) } }, scenario: () => Promise.resolve() }
}

/** Three studios and many cars have more schedules than anybody can try; the checks with two studios try them all. A failure names the cars. */
function someSchedules(cars: readonly Car[]) {
  return { given: fc.constant(cars.map(({ dealer, minutes }) => `${dealer} ${minutes}`)), runs: 4 }
}

/** Nights with up to nine cars of up to four dealers; those with few cars come first. */
function nights(count: number): readonly (readonly Car[])[] {
  const car = fc.tuple(fc.constantFrom('anna', 'anna', 'anna', 'ben', 'ben', 'cleo', 'dan'), fc.integer({ min: 1, max: 11 })).map(([dealer, fives]) => `${dealer} ${fives * 5}`)
  return fc
    .sample(fc.array(car, { minLength: 3, maxLength: 9 }), { seed: 19, numRuns: count })
    .sort((a, b) => a.length - b.length)
    .map((texts) => uploads(...texts))
}

type Look = View<'studios'>

/** The cutter's log: when it has begun with which car, in milliseconds since 20:00. */
function begun({ ledgers }: Look): readonly { readonly car: string; readonly at: number }[] {
  return ledgers['cutter'] as unknown as readonly { readonly car: string; readonly at: number }[]
}

function kept(cars: readonly Car[]) {
  return ({ stores }: Look): true | string => {
    for (const { id, dealer } of cars) {
      const found = stores.studios.get<UploadedCar>('cars', id)?.cutOut
      if (found !== `${id}.png`) return `expected ${id}.png as the cut-out of ${dealer}'s ${id}, found ${found ?? 'nothing'}: the car will not be shown`
    }
    return true
  }
}

function nobodyDown({ ledgers }: Look): true | string {
  const [reason] = outagesOf(ledgers, 'studios')
  return reason === undefined || `expected both studios to stay at work, found that one went down: ${reason}`
}

/** @param again how many times a car may be begun again, all cars together: once for each studio that may have crashed, or seems to have. */
function once(again = 0) {
  return (view: Look): true | string => {
    const log = begun(view)
    const repeated = log.filter(({ car }, index) => log.findIndex((other) => other.car === car) < index)
    const [last] = repeated.slice(-1)
    if (last === undefined || repeated.length <= again) return true
    const moments = log.filter(({ car }) => car === last.car).map(({ at }) => clock(at))
    return `expected the cutter to begin ${last.car} ${again === 0 ? 'once' : `again ${times(again)} at most`}, found that it began at ${moments.join(' and at ')}`
  }
}

/** Whatever has not begun is waiting: all cars are there from the beginning. */
function busy(cars: readonly Car[], count = 3) {
  return (view: Look): true | string => {
    const log = begun(view).map(({ car, at }) => ({ car, at, end: at + timeOf(cars, car) }))
    const latest = Math.max(0, ...log.map(({ at }) => at))
    for (const moment of [0, ...log.map(({ end }) => end)].sort((a, b) => a - b)) {
      const [working, before] = [log.filter(({ at, end }) => at <= moment && moment < end), new Set(log.filter(({ at }) => at <= moment).map(({ car }) => car))]
      if (working.length > count) return `expected ${count} cars under way at most, one in each studio, found ${working.length} at ${clock(moment)}: ${list(working.map(({ car }) => car))}`
      const waiting = cars.filter(({ id, done }) => !done && !before.has(id))
      // What begins at this very moment may not have begun yet.
      if (moment < latest && working.length < count && waiting.length > 0) {
        return `expected ${count} studios at work at ${clock(moment)}, found ${working.length}, while ${list(waiting.map(({ id }) => id))} waited`
      }
    }
    return true
  }
}

/** While a dealer's car waits, no other dealer gets two turns. What begins in the same moment has no order. */
function takeTurns(cars: readonly Car[]) {
  const tonight = cars.filter(({ done }) => !done)
  const dealers = [...new Set(tonight.map(({ dealer }) => dealer))]
  return (view: Look): true | string => {
    const log = begun(view).map(({ car, at }) => ({ car, at, dealer: cars.find(({ id }) => id === car)?.dealer }))
    const latest = Math.max(0, ...log.map(({ at }) => at))
    for (const dealer of dealers) {
      const own = log.filter((turn) => turn.dealer === dealer).map(({ at }) => at)
      const all = tonight.filter((car) => car.dealer === dealer).length
      for (let index = 0; index < Math.min(all, own.length + 1); index++) {
        const [since, until] = [own[index - 1] ?? -1, own[index] ?? latest]
        for (const other of dealers) {
          const [first, second] = log.filter((turn) => turn.dealer === other && turn.at > since && turn.at < until)
          if (other === dealer || first === undefined || second === undefined) continue
          return `expected a turn for ${dealer}, who had a car waiting from ${clock(Math.max(0, since))} to ${clock(until)}, found two for ${other} in the meantime: ${first.car} at ${clock(first.at)} and ${second.car} at ${clock(second.at)}`
        }
      }
    }
    return true
  }
}

function shortEnough(cars: readonly Car[]) {
  const best = shortest(cars.map(({ minutes }) => minutes * minute), [0, 0, 0])
  return (view: Look): true | string => {
    const end = Math.max(0, ...begun(view).map(({ car, at }) => at + timeOf(cars, car)))
    return 3 * end <= 5 * best || `expected all cars to be done by ${clock((5 * best) / 3)}, since three studios could be done by ${clock(best)}, found the last one done at ${clock(end)}`
  }
}

/** The shortest night there is for three studios, found by trying everything. */
function shortest([first, ...rest]: readonly number[], loads: readonly number[]): number {
  if (first === undefined) return Math.max(...loads)
  const different = loads.filter((load, place) => loads.indexOf(load) === place)
  return Math.min(...different.map((load) => shortest(rest, loads.with(loads.indexOf(load), load + first))))
}

function begunBy(last: number) {
  return (view: Look): true | string => {
    const late = begun(view).find(({ at }) => at > last)
    return late === undefined || `expected ${late.car} to be begun by ${clock(last)}, found ${clock(late.at)}`
  }
}

/** In milliseconds. */
function timeOf(cars: readonly Car[], id: string): number {
  return (cars.find((car) => car.id === id)?.minutes ?? 0) * minute
}

/** `c1, c2 and c3` */
function list(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1')
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** `21:05` */
function clock(milliseconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 20) + milliseconds).toISOString().slice(11, 16)
}
