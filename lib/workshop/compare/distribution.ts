import { hashText, RandomStream } from '../../simulation/index.js'

/**
 * One day with three studios, under each of the ways in which work can be given out: who does what is worked out by the clock, without processes and without
 * faults. A car has the same dealer, moment and length in each of them, so what differs is the way alone.
 *
 *     runDay(dayOf(1), 'round robin')     when each car of day 1 was begun, and by which studio
 */

/** Times are in minutes since the day begins at 08:00. */
export interface Job {
  readonly dealer: string
  readonly uploadedAt: number
  /** Nobody knows it before the car is done. */
  readonly minutes: number
}

export interface Done extends Job {
  /** 0, 1 or 2. */
  readonly studio: number
  readonly begunAt: number
}

export const studioCount = 3

/** Who uploads how many cars. The first one does it by a script, at once; the others when they have time in the morning. */
export const dealers = [
  { name: 'anna', cars: 200 },
  { name: 'ben', cars: 20 },
  { name: 'cleo', cars: 5 },
  { name: 'dan', cars: 1 },
] as const

/** The cars of a day, in the order of their uploads: the same ones for the same seed. Most take some minutes, some take up to 55. */
export function dayOf(seed: number): readonly Job[] {
  const random = new RandomStream(hashText(`day ${seed}`))
  const drawn = (least: number, greatest: number): number => least + below(greatest - least + 1, random)
  return dealers
    .flatMap(({ name, cars }, index) => Array.from({ length: cars }, (): Job => ({ dealer: name, uploadedAt: index === 0 ? 0 : drawn(1, 240), minutes: drawn(1, 7) === 1 ? drawn(25, 55) : drawn(5, 9) })))
    .sort((a, b) => a.uploadedAt - b.uploadedAt)
}

/** A whole number from 0 to one less than the limit. */
function below(limit: number, random: RandomStream): number {
  return Math.floor(random.fraction() * limit)
}

/** What a way of giving out work knows of a studio when a car comes. */
interface Studio {
  readonly queue: Job[]
  /** The car under way. */
  current: Done | undefined
}

/** Which studio gets a car that comes; a common list has only the first queue. */
type Send = (studios: readonly Studio[], count: number, random: RandomStream) => number

/** What a free studio does next: takes it out of a queue. */
type Take = (studio: number, studios: readonly Studio[], done: readonly Done[]) => Job | undefined

export interface Way {
  readonly name: string
  readonly send: Send
  readonly take: Take
}

/** In cars, for their length is not known. */
function load({ queue, current }: Studio): number {
  return queue.length + (current === undefined ? 0 : 1)
}

function least(studios: readonly Studio[], places: readonly number[]): number {
  const loadOf = (place: number): number => load(studios[place] ?? { queue: [], current: undefined })
  return places.reduce((best, place) => (loadOf(place) < loadOf(best) ? place : best))
}

const everyPlace = Array.from({ length: studioCount }, (_, place) => place)
const own: Take = (studio, studios) => studios[studio]?.queue.shift()
const inTurn: Send = (_studios, count) => count % studioCount
const common: Send = () => 0

export const ways: readonly Way[] = [
  { name: 'round robin', send: inTurn, take: own },
  { name: 'random', send: (_studios, _count, random) => below(studioCount, random), take: own },
  { name: 'least loaded', send: (studios) => least(studios, everyPlace), take: own },
  {
    name: 'two choices', // of two different studios, the one with fewer cars (Mitzenmacher 2001)
    send(studios, _count, random) {
      const first = below(studioCount, random)
      return least(studios, [first, (first + 1 + below(studioCount - 1, random)) % studioCount])
    },
    take: own,
  },
  {
    name: 'stealing', // round robin; who has nothing left takes the last one of the longest queue (after Blumofe and Leiserson 1999)
    send: inTurn,
    take: (studio, studios) => own(studio, studios, []) ?? studios.reduce((longest, other) => (other.queue.length > longest.queue.length ? other : longest)).queue.pop(),
  },
  { name: 'one list', send: common, take: (_studio, studios) => own(0, studios, []) },
  {
    name: 'dealers in turn', // exercise 19
    send: common,
    take(_studio, [first], done) {
      if (first === undefined || first.queue.length === 0) return undefined
      const turns = new Map(done.map(({ dealer, begunAt }) => [dealer, begunAt]))
      const lastTurn = ({ dealer }: Job): number => turns.get(dealer) ?? -1
      const next = first.queue.reduce((best, job) => (lastTurn(job) < lastTurn(best) ? job : best))
      return first.queue.splice(first.queue.indexOf(next), 1)[0]
    },
  },
]

/** @param seed what the way itself draws, if it draws anything. */
export function runDay(day: readonly Job[], { name, send, take }: Way, seed = 1): readonly Done[] {
  const random = new RandomStream(hashText(`${name} ${seed}`)) // not the day's: a way knows nothing of what comes
  const studios = everyPlace.map((): Studio => ({ queue: [], current: undefined }))
  const done: Done[] = []
  let come = 0
  for (let now: number | undefined = 0; now !== undefined; ) {
    for (const studio of studios) if (studio.current !== undefined && endOf(studio.current) <= now) studio.current = undefined
    for (let job = day[come]; job !== undefined && job.uploadedAt <= now; job = day[come]) {
      studios[send(studios, come, random)]?.queue.push(job)
      come += 1
    }
    for (const [place, studio] of studios.entries()) {
      const job = studio.current === undefined ? take(place, studios, done) : undefined
      if (job !== undefined) done.push((studio.current = { ...job, studio: place, begunAt: now }))
    }
    const moments = studios.flatMap(({ current }) => (current === undefined ? [] : [endOf(current)]))
    const upload = day[come]?.uploadedAt
    now = [...moments, ...(upload === undefined ? [] : [upload])].sort((a, b) => a - b)[0]
  }
  return done
}

/** In minutes since 08:00. */
export function endOf({ begunAt, minutes }: Done): number {
  return begunAt + minutes
}

/** What nobody can beat: all studios have to do everything that comes after any moment, and each car takes its time. In minutes. */
export function atLeast(day: readonly Job[]): number {
  return Math.max(...day.flatMap(({ uploadedAt, minutes }) => [uploadedAt + minutes, uploadedAt + day.filter((job) => job.uploadedAt >= uploadedAt).reduce((sum, job) => sum + job.minutes, 0) / studioCount]))
}

export interface Result {
  readonly name: string
  readonly done: readonly Done[]
  /** When the last car is done, in minutes since 08:00. */
  readonly end: number
  /** The longest time from an upload to the beginning of the work, for each dealer, in minutes. */
  readonly longestWaits: readonly number[]
}

/** Everything about one day, in the order of `ways`. */
export function compareDay(seed: number): readonly Result[] {
  const day = dayOf(seed)
  return ways.map((way) => {
    const done = runDay(day, way, seed)
    const longestWaits = dealers.map(({ name }) => Math.max(0, ...done.filter(({ dealer }) => dealer === name).map(({ uploadedAt, begunAt }) => begunAt - uploadedAt)))
    return { name: way.name, done, end: Math.max(...done.map(endOf)), longestWaits }
  })
}

export interface Summary {
  /** How many times as long as the least time there is for it a day was, on average and at worst. */
  readonly mean: number
  readonly worst: number
}

/** Days with the seeds from 1 to `count`, in the order of `ways`. */
export function compareDays(count: number): readonly Summary[] {
  const days = Array.from({ length: count }, (_, index) => index + 1).map((seed) => ({ least: atLeast(dayOf(seed)), results: compareDay(seed) }))
  return ways.map((_, place) => {
    const ratios = days.map(({ least, results }) => (results[place]?.end ?? NaN) / least)
    return { mean: ratios.reduce((sum, ratio) => sum + ratio, 0) / count, worst: Math.max(...ratios) }
  })
}

/** The table that `npm run compare -- distribution` prints, and that the README of the solution of exercise 19 quotes. */
export function drawDistribution(seed: number, days: number): string {
  const summaries = compareDays(days)
  const results = compareDay(seed)
  const rows = [
    [`day ${seed}`, 'done at', ...dealers.map(({ name, cars }) => `${name} ${cars}`), `${days} days`, 'worst'],
    ...results.map(({ name, end, longestWaits }, place) => [name, clock(end), ...longestWaits.map(span), ratio(summaries[place]?.mean), ratio(summaries[place]?.worst)]),
  ]
  return rows.map(([name = '', ...cells]) => [name.padEnd(16), ...cells.map((cell) => cell.padStart(10))].join('').trimEnd()).join('\n')
}

/** `01:05 +1` is five past one on the next day. */
export function clock(minutes: number): string {
  const days = Math.floor((minutes + 480) / 1440)
  return span((minutes + 480) % 1440).padStart(5, '0') + (days === 0 ? '' : ` +${days}`)
}

/** `2:05`, in hours and minutes. */
function span(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

function ratio(value = NaN): string {
  return value.toFixed(2)
}
