import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, studio, studioRecords, type Scenario, type StudioOptions, type StudioRefusal, type StudioRequest, type View } from '#lib/testing'
import type { CutOutPhoto, Photo } from '#driveway'
import { photos } from './cut-out.js'

const minute = 60_000
const hour = 60 * minute
/** For so long a breaker stays open. */
const coolDown = 15 * minute
const failuresInARow = 3
const maxAttempts = 8

const car = ['front', 'rear', 'left', 'right', 'seat', 'wheel'].map((name, index): CutOutPhoto => ({ type: 'CutOutPhoto', photoId: `p${index + 1}`, file: `${name}.jpg` }))
const [front, rear] = [car.slice(0, 1), car.slice(1, 2)]
/** The studio can never handle these, and says so with 415. */
const fromPhone = ['engine', 'trunk', 'roof', 'keys'].map((name, index): CutOutPhoto => ({ type: 'CutOutPhoto', photoId: `h${index + 1}`, file: `${name}.heic` }))

/** What the studio says to the first requests for a photo. Others are cut out in between, so these are never three in a row. */
const inTrouble: readonly StudioRefusal[] = [{ status: 503 }, { status: 429, retryAfter: 45 }, { status: 502 }, { status: 500, retryAfter: 1 }]
const meanwhile = Array.from({ length: 9 }, (_, index): CutOutPhoto => ({ type: 'CutOutPhoto', photoId: `p${index + 2}`, file: `${index + 2}.jpg` }))

type Refuses = NonNullable<StudioOptions['refuses']>
const system = (refuses: Refuses = () => undefined) => () => [photos, studio({ refuses })]
const one = { photos: 1 }
/** Promises about moments are judged with a broker that is never late, and no message is given up by the broker itself. */
const broker = { punctual: true }
const draws = ['least', 'greatest', 1] as const

const leftAlone = { 'an open breaker lets only probes through': onlyProbes }

describe('exercise 18 · circuit-breaker', () => {
  test('★ photos are cut out, and what the studio can never handle is set aside', () =>
    check({
      system: system(),
      instances: one,
      scenario: upload(...front, ...fromPhone.slice(0, 1), ...rear),
      atRest: { 'no photo is lost': kept(...front, ...rear), 'what can never be handled is set aside': setAside },
    }))

  test('★★ the studio is down', () =>
    check({
      system: system(down(0, 20 * minute)),
      instances: one,
      scenario: uploadAtOnce(...front, ...rear),
      broker,
      draws: ['least'],
      always: leftAlone,
      atRest: { 'no photo is lost': kept(...front, ...rear) },
    }))

  test('★★ one photo, and the studio is down for an hour', () =>
    check({
      system: system(({ before, now }) => (now < hour ? { status: ([503, 429, 500] as const)[before % 3] ?? 502 } : undefined)),
      instances: one,
      scenario: upload(...front),
      broker,
      draws,
      always: leftAlone,
      atRest: { 'no photo is lost': kept(...front) },
    }))

  test('★★ three photos at once, and the studio is down for an hour', () =>
    check({
      system: system(down(0, hour)),
      instances: one,
      scenario: uploadAtOnce(...car.slice(0, 3)),
      broker,
      draws: [1],
      always: leftAlone,
      atRest: { 'no photo is lost': kept(...car.slice(0, 3)), 'when the studio is back, everything is handled': handledBy(hour + 20 * minute) },
    }))

  test('★★ photos of the wrong kind say nothing about the studio', () =>
    check({
      system: system(),
      instances: one,
      scenario: uploadAtOnce(...fromPhone, ...front),
      broker,
      draws: [1],
      atRest: { 'what can never be handled is set aside': setAside, 'a studio that answers is asked': handledBy(minute), 'no photo is lost': kept(...front) },
    }))

  test('★★ a photo of the wrong kind among those that fail is an answer', () =>
    check({
      system: system(({ photoId, before }) => (photoId.startsWith('p') && before === 0 ? { status: 503 } : undefined)),
      instances: one,
      scenario: uploadAtOnce(...front, ...rear, ...fromPhone.slice(0, 1), ...car.slice(2, 3)),
      broker,
      draws,
      atRest: { 'a studio that answers is asked': handledBy(minute), 'what can never be handled is set aside': setAside, 'no photo is lost': kept(...car.slice(0, 3)) },
    }))

  test('★★ four failures, but never three in a row', () =>
    check({
      system: system(({ before }) => (before === 0 ? { status: 503 } : undefined)),
      instances: one,
      async scenario(tools) {
        for (const photo of car.slice(0, 4)) {
          await upload(photo)(tools)
          await tools.wait(2 * minute)
        }
      },
      broker,
      draws,
      atRest: { 'a studio that answers is asked': handledBy(7 * minute), 'no photo is lost': kept(...car.slice(0, 4)) },
    }))

  test('★★ the studio comes back, and fails once more later on', () =>
    check({
      system: system(({ photoId, before, now }) => (photoId === 'p1' && now < 20 * minute ? { status: 502 } : photoId === 'p2' && before < 2 ? { status: 503 } : undefined)),
      instances: one,
      async scenario(tools) {
        await upload(...front)(tools)
        await tools.wait(hour)
        await upload(...rear)(tools)
      },
      broker,
      draws,
      always: leftAlone,
      atRest: { 'a studio that answers is asked': handledBy(hour + minute), 'no photo is lost': kept(...front, ...rear) },
    }))

  test('★★ the probe is a photo of the wrong kind', () =>
    check({
      system: system(({ photoId, before, now }) => ((photoId === 'h1' ? now < 10 * minute : before < 2) ? { status: 503 } : undefined)),
      instances: one,
      async scenario(tools) {
        await upload(...fromPhone.slice(0, 1))(tools)
        await tools.wait(hour)
        await upload(...front)(tools)
      },
      broker,
      draws,
      always: leftAlone,
      atRest: { 'what can never be handled is set aside': setAside, 'a studio that answers is asked': handledBy(hour + minute), 'no photo is lost': kept(...front) },
    }))

  test('★★ the studio does not answer at all for half an hour', () =>
    check({
      system: system(({ now }) => (now < hour / 2 ? 'silence' : undefined)),
      instances: one,
      scenario: upload(...front),
      broker,
      draws: [1],
      atRest: { 'the studio is asked three times, and then once in a quarter of an hour': rarely(6), 'no photo is lost': kept(...front) },
    }))

  test('★★ one photo always breaks the studio, and somebody has to look at it', () =>
    check({
      system: system(({ photoId }) => (photoId === 'p1' ? { status: 500 } : undefined)),
      instances: one,
      async scenario(tools) {
        await upload(...front)(tools)
        await tools.wait(80 * minute)
        await upload(...rear)(tools)
      },
      broker,
      draws: [1],
      always: leftAlone,
      atRest: { 'after eight attempts somebody looks at it': eightAttempts, 'no photo is lost': kept(...rear) },
    }))

  test('★★★ any uploads and any outages, and two processes that learn for themselves', () =>
    check({
      system: system(byTheHour),
      given: fc.array(fc.constantFrom(...entries), { minLength: 2, maxLength: 5 }),
      scenario: live,
      broker,
      draws: ['least', 1, 2],
      runs: 40,
      atRest: { 'no photo is lost': neverLost, 'no attempt is used up by waiting': attemptsAreRequests },
    }))

  test('★★★ the probe is answered, and the store is not heard', () =>
    check({
      system: system(({ before }) => (before < 3 ? { status: 503 } : undefined)),
      instances: one,
      scenario: upload(...front),
      broker,
      draws: [1],
      faults: { ambiguousCommits: 1 },
      atRest: { 'a studio that answers is asked': handledBy(25 * minute), 'no photo is lost': kept(...front) },
    }))

  test('★★ one photo is in trouble among others that are not, and waits as in exercise 17', () =>
    check({
      system: system(({ photoId, before }) => (photoId === 'p1' ? inTrouble[before] : undefined)),
      instances: one,
      async scenario(tools) {
        await upload(...front)(tools)
        await tools.wait(5_000)
        for (const photo of meanwhile) {
          await upload(photo)(tools)
          await tools.wait(8_000)
        }
      },
      broker,
      draws,
      atRest: { 'the studio is left alone for long enough, and not for longer than it has to be': waitsOf('p1'), 'no photo is lost': kept(...front, ...meanwhile) },
    }))

  test('★★ two photos fail in the same moment, and come back apart as in exercise 17', () =>
    check({
      system: system(({ before }) => (before === 0 ? { status: 503 } : undefined)),
      instances: one,
      scenario: uploadAtOnce(...front, ...rear),
      broker,
      draws: [1, 2],
      atRest: { 'photos that failed together come back apart': comeBackApart, 'no photo is lost': kept(...front, ...rear) },
    }))

  test('★★★ one photo, through every crash, stall and ambiguous commit', () =>
    check({
      system: system(({ before }) => (before < 4 ? { status: 503 } : undefined)),
      instances: one,
      scenario: upload(...front),
      faults: { crashes: 1, stalls: 1, ambiguousCommits: 1 },
      atRest: { 'no photo is lost': kept(...front) },
    }))

  test('★★★ two photos and a copy, through every crash', () =>
    check({
      system: system(({ before }) => (before < 1 ? { status: 503 } : undefined)),
      instances: one,
      scenario: upload(...front, ...rear),
      faults: { crashes: 1, copies: 1 },
      atRest: { 'no photo is lost': kept(...front, ...rear) },
    }))

  test('★★★ any uploads and any outages, by the clock', () =>
    check({
      system: system(byTheHour),
      instances: one,
      given: fc.array(fc.constantFrom(...entries), { minLength: 2, maxLength: 7 }),
      scenario: live,
      broker,
      draws: ['least', 'greatest', 1, 2, 3],
      runs: 80,
      always: leftAlone,
      atRest: { 'every photo is cut out or set aside': cutOutOrSetAside, 'no attempt is used up by waiting': attemptsAreRequests },
    }))

  test('★★★ any uploads and any outages, with two processes and everything else that can happen', () =>
    check({
      system: system(byTheHour),
      given: fc.array(fc.constantFrom(...entries), { minLength: 2, maxLength: 5 }),
      scenario: live,
      faults: { crashes: 1, stalls: 1, lostAcks: 1, copies: 1, ambiguousCommits: 1, lostRequests: 1, lostResponses: 1, serverErrors: 1 },
      draws: ['least', 1, 2],
      runs: 60,
      atRest: { 'no photo is lost': neverLost },
    }))
})

function upload(...uploaded: readonly CutOutPhoto[]) {
  return async ({ from }: Scenario): Promise<void> => {
    for (const photo of uploaded) await from('web').send('photos', photo, { id: `cut-${photo.photoId}` })
  }
}

/** All of them are there in the same moment. */
function uploadAtOnce(...uploaded: readonly CutOutPhoto[]) {
  return async ({ from }: Scenario): Promise<void> => {
    for (const photo of uploaded) await from('web').send('photos', photo, { id: `cut-${photo.photoId}`, delay: 1_000 })
  }
}

/** In milliseconds since the beginning. */
function down(since: number, until: number): Refuses {
  return ({ now }) => (now >= since && now < until ? { status: 503 } : undefined)
}

/** What may happen in a generated history. Every photo is another one. */
const entries = ['photo', 'three photos', 'HEIC', 'a minute', 'an hour'] as const

/** A bad day of the studio: it is down for the first half of every other hour, and for a moment of each of the others. */
function byTheHour({ now }: Parameters<Refuses>[0]): StudioRefusal | undefined {
  const [hours, minutes] = [Math.floor(now / hour), (now % hour) / minute]
  return minutes < (hours % 2 === 0 ? 30 : 0.1) ? { status: hours % 2 === 0 ? 503 : 502 } : undefined
}

async function live(tools: Scenario, history: readonly (typeof entries)[number][]): Promise<void> {
  let count = 0
  for (const entry of history) {
    if (entry === 'a minute') await tools.wait(minute)
    else if (entry === 'an hour') await tools.wait(hour)
    else {
      const uploaded = Array.from({ length: entry === 'three photos' ? 3 : 1 }, (): CutOutPhoto => {
        count += 1
        return { type: 'CutOutPhoto', photoId: `p${count}`, file: `${count}.${entry === 'HEIC' ? 'heic' : 'jpg'}` }
      })
      await upload(...uploaded)(tools)
    }
  }
}

type Look = View<'photos'>

function onlyProbes({ ledgers }: Look): true | string {
  let failures = 0
  /** When the studio may be asked again; undefined while the breaker is closed. */
  let until: number | undefined
  let since = 0
  for (const { photoId, at, status } of studioRecords(ledgers).requests) {
    const failed = isTransient(status)
    if (until !== undefined && at < until) {
      const what = failures > failuresInARow ? `after a probe has failed` : `after three failures in a row`
      return `expected the studio to be left alone until ${clock(until)}, ${what} at ${clock(since)}, found a request for ${photoId} at ${clock(at)}`
    }
    failures = failed ? failures + 1 : 0
    if (failures >= failuresInARow) [since, until] = [at, at + coolDown]
    else until = undefined
  }
  return true
}

/** In the end the cut-out is there, and the photo was not set aside. */
function kept(...uploaded: readonly CutOutPhoto[]) {
  return (view: Look): true | string => {
    for (const { photoId, file } of uploaded) {
      const [letter] = deadLettersOf(view, photoId)
      if (letter !== undefined) return `expected a cut-out of ${photoId}, found it among the dead letters after ${requestsFor(view, photoId).length} attempts ("${letter.reason ?? ''}")`
      const found = view.stores.photos.get<Photo>('photos', photoId)?.cutOut
      if (found === undefined) return `expected a cut-out of ${photoId}, found nothing: ${file} is never shown, and nobody hears of it`
      if (found !== cutOutOf(file)) return `expected ${photoId} to be shown as ${cutOutOf(file)}, found ${found}`
    }
    return true
  }
}

function setAside(view: Look): true | string {
  for (const { photoId, file } of sentTo(view)) {
    if (!file.endsWith('.heic')) continue
    const [letter] = deadLettersOf(view, photoId)
    if (letter === undefined) return `expected ${photoId} (${file}) in the dead-letter queue, found nothing: nobody will ever hear of it`
    if (letter.reason?.includes('415') !== true) return `expected a reason that says what the studio said last (415), found "${letter.reason ?? ''}"`
    const asked = requestsFor(view, photoId).filter(({ status }) => status === 415).length
    if (asked !== 1) return `expected the studio to refuse ${photoId} (${file}) once, found ${asked} times`
  }
  return true
}

/** Until then, in milliseconds, the studio has been asked for the last time. */
function handledBy(last: number) {
  return ({ ledgers }: Look): true | string => {
    const late = studioRecords(ledgers).requests.find(({ at }) => at > last)
    return late === undefined || `expected the studio to be asked for the last time by ${clock(last)}, found a request for ${late.photoId} at ${clock(late.at)}`
  }
}

/** Twice as long after each failure and up to a minute, half of it certain; and never before the time that the studio has named. */
function waitsOf(photoId: string) {
  return (view: Look): true | string => {
    const requests = requestsFor(view, photoId)
    for (const [index, { at, status, retryAfter = 0 }] of requests.slice(0, -1).entries()) {
      const wait = (requests[index + 1]?.at ?? at) - at
      const [least, most] = [Math.max(1_000 * Math.min(2 ** (index + 1), 30), retryAfter), Math.max(minute, retryAfter + minute / 2)]
      const said = `after attempt ${index + 1} for ${photoId} (${status}${retryAfter > 0 ? `, Retry-After: ${retryAfter / 1_000}` : ''}), found ${wait / 1_000} s`
      if (wait < least) return `expected the studio to be left alone for ${least / 1_000} s or more ${said}`
      if (wait > most) return `expected ${photoId} to wait for ${most / 1_000} s at most ${said}`
    }
    return true
  }
}

function comeBackApart(view: Look): true | string {
  const [one, other] = [...front, ...rear].map(({ photoId }) => requestsFor(view, photoId)[1]?.at ?? NaN)
  const between = Math.abs((one ?? NaN) - (other ?? NaN))
  return between >= 10 || `expected p1 and p2, which failed in the same moment, to come back in two, found ${between < 1 ? 'one and the same' : `${between} ms between them`}`
}

function rarely(most: number) {
  return ({ ledgers }: Look): true | string => {
    const { length } = studioRecords(ledgers).requests
    return length <= most || `expected ${most} requests at most, found ${length}`
  }
}

function eightAttempts(view: Look): true | string {
  const { length } = requestsFor(view, 'p1')
  if (length !== maxAttempts) return `expected ${maxAttempts} attempts for p1, found ${length}`
  const [letter] = deadLettersOf(view, 'p1')
  return letter?.reason?.includes('500') === true || `expected p1 in the dead-letter queue, with what the studio said last (500), found ${letter === undefined ? 'nothing' : `"${letter.reason ?? ''}"`}`
}

function cutOutOrSetAside(view: Look): true | string {
  const result = setAside(view)
  if (result !== true) return result
  return neverLost(view)
}

/** Cut out, or where somebody sees it. */
function neverLost(view: Look): true | string {
  for (const photo of sentTo(view)) {
    if (deadLettersOf(view, photo.photoId).length > 0) continue
    const result = kept(photo)(view)
    if (result !== true) return result
  }
  return true
}

function attemptsAreRequests(view: Look): true | string {
  for (const { photoId, file } of sentTo(view)) {
    const { length } = requestsFor(view, photoId)
    if (file.endsWith('.jpg') && deadLettersOf(view, photoId).length > 0 && length < maxAttempts) return `expected ${photoId} to be set aside after ${maxAttempts} attempts, found ${length}: the others were used up while nobody asked`
  }
  return true
}

/** Every photo that was uploaded. */
function sentTo({ sent }: Look): readonly CutOutPhoto[] {
  return [...new Map(sent.map(({ message }) => message as unknown as CutOutPhoto).map((photo) => [photo.photoId, photo])).values()]
}

function isTransient(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}

function requestsFor({ ledgers }: Look, photoId: string): readonly StudioRequest[] {
  return studioRecords(ledgers).requests.filter((request) => request.photoId === photoId)
}

function deadLettersOf({ queues }: Look, photoId: string): readonly { readonly reason?: string }[] {
  return queues.photos.deadLetters.filter(({ body }) => (body as { readonly photoId?: string }).photoId === photoId)
}

function cutOutOf(file: string): string {
  return file.replace(/\.[^.]*$/, '.png')
}

/** `00:15:04` since the beginning. */
function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19)
}
