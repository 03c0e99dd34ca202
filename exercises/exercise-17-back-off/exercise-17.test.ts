import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, studio, studioRecords, type Scenario, type StudioOptions, type StudioRefusal, type StudioRequest, type View } from '#lib/testing'
import type { CutOutPhoto, Photo } from '#driveway'
import { photos } from './cut-out.js'

const front: CutOutPhoto = { type: 'CutOutPhoto', photoId: 'p1', file: 'front.jpg' }
const rear: CutOutPhoto = { type: 'CutOutPhoto', photoId: 'p2', file: 'rear.jpg' }
/** What the studio can never handle: a format that it does not know (415), a file that is too large (413), and no car at all (422). */
const fromPhone: CutOutPhoto = { type: 'CutOutPhoto', photoId: 'p7', file: 'seat.heic' }
const never: readonly (readonly [photo: CutOutPhoto, status: number])[] = [
  [fromPhone, 415],
  [{ type: 'CutOutPhoto', photoId: 'p8', file: 'engine.tif' }, 413],
  [{ type: 'CutOutPhoto', photoId: 'p9', file: 'contract.pdf' }, 422],
]
/** A car from all sides. */
const car = Array.from({ length: 6 }, (_, index): CutOutPhoto => ({ type: 'CutOutPhoto', photoId: `p${index + 1}`, file: `${index + 1}.jpg` }))

type Refuses = NonNullable<StudioOptions['refuses']>
const system = (options: StudioOptions = {}) => () => [photos, studio(options)]
const one = { photos: 1 }
/** Promises about moments are judged with a broker that is never late. */
const broker = { punctual: true }
/** Every wait is tried with the shortest and the longest draw there is. */
const ends = ['least', 'greatest', 1] as const
/** So many attempts for each photo, and then somebody looks at it. */
const maxAttempts = 8

describe('exercise 17 · back-off', () => {
  test('★ photos are cut out', () =>
    check({
      system: system(),
      instances: one,
      scenario: upload(front, rear),
      atRest: { 'no photo is lost': kept(front, rear) },
    }))

  test('★★ one photo too many, and the studio is overloaded', () =>
    check({
      system: system({ capacity: 1 }),
      instances: one,
      scenario: upload(front, rear),
      broker,
      atRest: { 'no photo is lost': kept(front, rear) },
    }))

  test('★★ the studio has trouble for some minutes', () =>
    check({
      system: system({ refuses: atFirst({ status: 503 }, { status: 429 }, 'silence', { status: 500 }, { status: 502 }, { status: 503 }) }),
      instances: one,
      scenario: upload(front),
      broker,
      draws: ends,
      atRest: { 'no photo is lost': kept(front), 'the studio is left alone for long enough': (view) => leftAlone(view), 'no wait is longer than it has to be': notTooLong },
    }))

  test('★★ the studio says how long it wants to be left alone', () =>
    check({
      system: system({ refuses: atFirst({ status: 503, retryAfter: 20 }, { status: 429, retryAfter: 1 }, { status: 429, retryAfter: 120 }) }),
      instances: one,
      scenario: upload(front),
      broker,
      draws: ends,
      atRest: { 'no photo is lost': kept(front), 'the studio is left alone for long enough': (view) => leftAlone(view), 'no wait is longer than it has to be': notTooLong },
    }))

  test('★★ photos that the studio can never handle', () =>
    check({
      system: system(),
      instances: one,
      scenario: upload(...never.map(([photo]) => photo), front),
      broker,
      atRest: { 'what can never be handled is set aside at once, with the reason': setAsideAtOnce(1), 'no photo is lost': kept(front) },
    }))

  test('★★ a photo that it can never handle, and it is overloaded at first', () =>
    check({
      system: system({ refuses: atFirst({ status: 503 }) }),
      instances: one,
      scenario: upload(fromPhone),
      atRest: { 'what can never be handled is set aside at once, with the reason': setAsideAtOnce(1) },
    }))

  test('★★ one photo is in trouble, and another one is not', () =>
    check({
      system: system({ refuses: (asked) => (asked.photoId === 'p1' ? atFirst({ status: 503 }, { status: 429, retryAfter: 45 })(asked) : undefined) }),
      instances: one,
      scenario: upload(front, rear),
      broker,
      atRest: { 'no photo waits while another one waits': nobodyWaits, 'no photo is lost': kept(front, rear) },
    }))

  test('★★ the studio is down for good, and two consumers take turns', () =>
    check({
      system: system({ refuses: ({ before }) => (before < 7 ? { status: 503 } : 'silence') }),
      instances: { photos: 2 },
      scenario: upload(front),
      broker,
      atRest: { 'after eight attempts somebody looks at it': eightAttempts, 'the studio is left alone for long enough': (view) => leftAlone(view) },
    }))

  test('★★ six photos fail in the same moment', () =>
    check({
      system: system({ refuses: atFirst({ status: 503, retryAfter: 5 }) }),
      instances: one,
      scenario: uploadAtOnce(...car),
      broker,
      draws: [1, 2, 3],
      limit: 1_000,
      atRest: { 'photos that failed together come back apart': comeBackApart, 'no photo is lost': kept(...car) },
    }))

  test('★★ three photos fail seven times', () =>
    check({
      system: system({ refuses: ({ before }) => (before < 7 ? { status: 503 } : undefined) }),
      instances: one,
      scenario: upload(...car.slice(0, 3)),
      broker,
      draws: [1, 2, 3],
      limit: 1_000,
      atRest: { 'each wait is drawn': eachIsDrawn, 'no photo is lost': kept(...car.slice(0, 3)) },
    }))

  test('★★ too many photos at once overload the studio', () =>
    check({
      system: system({ capacity: 1 }),
      instances: one,
      scenario: uploadAtOnce(...car),
      broker,
      draws: [1, 2, 3],
      limit: 1_000,
      atRest: { 'no photo is lost': kept(...car) },
    }))

  test('★★★ one photo, through every crash, stall, lost acknowledgement and ambiguous commit', () =>
    check({
      system: system({ refuses: atFirst({ status: 503 }) }),
      instances: one,
      scenario: upload(front),
      faults: { crashes: 1, stalls: 1, lostAcks: 1, ambiguousCommits: 1 },
      atRest: { 'no photo is lost': kept(front) },
    }))

  test('★★★ the eighth attempt succeeds, and the store is not heard', () =>
    check({
      system: system({ refuses: ({ before }) => (before < 7 ? { status: 503 } : undefined) }),
      instances: one,
      scenario: upload(front),
      faults: { ambiguousCommits: 1 },
      atRest: { 'what the studio has done is kept, or set aside with what the studio said': keptOrExplained },
    }))

  test('★★★ one photo, and a network on its worst day', () =>
    check({
      system: system({ refuses: atFirst({ status: 429, retryAfter: 40 }) }),
      instances: one,
      scenario: upload(front),
      faults: { crashes: 1, lostResponses: 1, serverErrors: 1 },
      atRest: { 'no photo is lost': kept(front) },
    }))

  test('★★★ two consumers and a copy of the message, through every crash', () =>
    check({
      system: system({ refuses: atFirst({ status: 503 }) }),
      instances: { photos: 2 },
      scenario: upload(front),
      faults: { crashes: 1, copies: 1 },
      atRest: { 'no photo is lost': kept(front) },
    }))

  test('★★★ a photo that the studio can never handle, through every crash and stall', () =>
    check({
      system: system(),
      instances: one,
      scenario: upload(fromPhone),
      faults: { crashes: 1, stalls: 1 },
      atRest: { 'what can never be handled is set aside at once, with the reason': setAsideAtOnce(3) },
    }))

  test('★★★ any photos and any trouble with the studio, by the clock', () =>
    check({
      system: system({ refuses: troubled }),
      instances: { photos: 3 },
      given: fc.uniqueArray(fc.constantFrom(...Object.keys(troubles)), { minLength: 1, maxLength: 3 }),
      scenario: (tools, names) => upload(...names.map(photoOf))(tools),
      broker,
      draws: ['least', 'greatest', 1, 2, 3],
      runs: 60,
      atRest: { 'every photo is cut out or set aside': cutOutOrSetAside, 'the studio is left alone for long enough': leftAloneByItsLog },
    }))

  test('★★★ any photos and any trouble with the studio, with everything else that can happen', () =>
    check({
      system: system({ refuses: troubled }),
      instances: { photos: 2 },
      given: fc.array(fc.constantFrom(...Object.keys(troubles), 'an hour passes'), { minLength: 1, maxLength: 6 }),
      async scenario(tools, history) {
        for (const entry of history) await (entry in troubles ? upload(photoOf(entry))(tools) : tools.wait(3_600_000))
      },
      faults: { crashes: 1, stalls: 1, lostAcks: 1, copies: 1, ambiguousCommits: 1, lostRequests: 1, lostResponses: 1, serverErrors: 1 },
      draws: ['least', 'greatest', 1, 2],
      runs: 60,
      atRest: { 'every photo is cut out or set aside': cutOutOrSetAside },
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

/** The studio's answers to the first requests for each photo; then it does its work. */
function atFirst(...refusals: readonly StudioRefusal[]): Refuses {
  return ({ before }) => refusals[before]
}

/** Photos of a generated history, each with the trouble that the studio has with it. The last two it never gets to. */
const troubles: Readonly<Record<string, Refuses>> = {
  'none.jpg': () => undefined,
  'once.jpg': atFirst({ status: 503 }),
  'asks.jpg': atFirst({ status: 503, retryAfter: 20 }, 'silence', { status: 429, retryAfter: 70 }, { status: 502 }),
  'long.jpg': ({ before }) => (before < 4 ? { status: 500 } : undefined),
  'slow.heic': atFirst({ status: 429, retryAfter: 2 }),
  'never.heic': () => undefined,
  'down.jpg': () => ({ status: 503, retryAfter: 3 }),
  'silent.jpg': () => 'silence',
}

function troubled(asked: Parameters<Refuses>[0]): StudioRefusal | undefined {
  return troubles[asked.photoId]?.(asked)
}

function photoOf(file: string): CutOutPhoto {
  return { type: 'CutOutPhoto', photoId: file, file }
}

type Look = View<'photos'>

/** In the end the cut-out is there, and the photo was not set aside: that is for photos that the studio did not get to in eight attempts. */
function kept(...uploaded: readonly CutOutPhoto[]) {
  return (view: Look): true | string => {
    for (const { photoId, file } of uploaded) {
      const [letter] = deadLettersOf(view, photoId)
      if (letter !== undefined) return `expected a cut-out of ${photoId}, found it among the dead letters ("${letter.reason ?? ''}")`
      const found = view.stores.photos.get<Photo>('photos', photoId)?.cutOut
      if (found === undefined) return `expected a cut-out of ${photoId}, found nothing: ${file} is never shown, and nobody hears of it`
      if (found !== cutOutOf(file)) return `expected ${photoId} to be shown as ${cutOutOf(file)}, found ${found}`
    }
    return true
  }
}

/** The studio need not be asked more than once about what it can never handle; after a crash or a stall it may be asked again. */
function setAsideAtOnce(most: number) {
  return (view: Look): true | string => {
    for (const [{ photoId, file }, status] of never) {
      if (!view.sent.some(({ message }) => message['photoId'] === photoId)) continue
      const refused = requestsFor(view, photoId).filter((request) => request.status === status).length
      if (refused > most) return `expected the studio to be asked once about ${photoId} (${file}), which it can never handle, found ${refused} requests, each answered with ${status}`
      const result = setAside(view, photoId, String(status))
      if (result !== true) return result
    }
    return true
  }
}

function setAside(view: Look, photoId: string, said: string): true | string {
  const letters = deadLettersOf(view, photoId)
  if (letters.length === 0) return `expected ${photoId} in the dead-letter queue, found nothing: nobody will ever hear of it`
  const silent = letters.find(({ reason = '' }) => !reason.includes(said))
  return silent === undefined || `expected a reason that says what the studio said last (${said}), found "${silent.reason ?? ''}"`
}

/** What a generated history must come to. */
function cutOutOrSetAside(view: Look): true | string {
  for (const file of new Set(view.sent.map(({ message }) => (message as unknown as CutOutPhoto).photoId))) {
    const said = file.endsWith('.heic') ? '415' : file === 'down.jpg' ? '503' : file === 'silent.jpg' ? 'No response' : undefined
    const result = said === undefined ? kept(photoOf(file))(view) : setAside(view, file, said)
    if (result !== true) return result
  }
  return true
}

/** How long an attempt that gets no answer takes, until the client gives up. */
const patience = 10_000

interface Wait {
  readonly photoId: string
  /** How many attempts have failed before. */
  readonly failures: number
  readonly failed: StudioRequest
  /** In milliseconds, from the end of one attempt until the studio is asked again. */
  readonly wait: number
}

/** Somebody who gets no answer waits for it, and `silence` says how long: from when the studio was asked. */
function waitsIn(view: Look, silence = patience): readonly Wait[] {
  const ids = [...new Set(studioRecords(view.ledgers).requests.map(({ photoId }) => photoId))]
  return ids.flatMap((photoId) => {
    const requests = requestsFor(view, photoId)
    return requests.slice(1).flatMap(({ at }, index) => {
      const failed = requests[index]
      return failed === undefined ? [] : [{ photoId, failures: index + 1, failed, wait: at - failed.at - (failed.status === 0 ? silence : 0) }]
    })
  })
}

/** Where others are busy as well, a request may reach the studio late: then nobody can say from its log when the client gave up. */
function leftAloneByItsLog(view: Look): true | string {
  return leftAlone(view, 0)
}

function leftAlone(view: Look, silence = patience): true | string {
  for (const { photoId, failures, failed, wait } of waitsIn(view, silence)) {
    const least = Math.max(1_000 * Math.min(2 ** failures, 30), failed.retryAfter ?? 0)
    if (wait < least) return `expected the studio to be left alone for ${seconds(least)} or more after ${attempt(failures, photoId, failed)}, found ${seconds(wait)}`
  }
  return true
}

function notTooLong(view: Look): true | string {
  for (const { photoId, failures, failed, wait } of waitsIn(view)) {
    const most = Math.max(60_000, (failed.retryAfter ?? 0) + 30_000)
    if (wait > most) return `expected ${photoId} to wait for ${seconds(most)} at most after ${attempt(failures, photoId, failed)}, found ${seconds(wait)}`
  }
  return true
}

function eightAttempts(view: Look): true | string {
  const found = requestsFor(view, front.photoId).length
  if (found !== maxAttempts) return `expected ${maxAttempts} attempts for ${front.photoId}, found ${found}`
  return setAside(view, front.photoId, 'No response')
}

function nobodyWaits(view: Look): true | string {
  const at = requestsFor(view, rear.photoId)[0]?.at ?? 0
  return at === 0 || `expected ${rear.photoId} to be sent to the studio at once, found that it waited for ${seconds(at)}, while nothing was done for ${front.photoId} either`
}

/** In milliseconds. */
const apart = 500

function comeBackApart(view: Look): true | string {
  const again = waitsIn(view).filter(({ failures }) => failures === 1).map(({ failed, wait }) => failed.at + wait)
  const spread = Math.max(...again) - Math.min(...again)
  if (spread >= apart) return true
  return `expected the ${again.length} photos that failed in the same moment to come back over half a second or more, found them all ${spread === 0 ? 'in one moment' : `within ${seconds(spread)}`} again`
}

/** In milliseconds. Three draws from a range of two seconds lie as close together once in fifty thousand times. */
const drawn = 5

/** Who fails together a second time, or a seventh, comes back apart as well: no cap may cut off the draw. */
function eachIsDrawn(view: Look): true | string {
  const waits = waitsIn(view)
  for (let failures = 1; failures < maxAttempts; failures++) {
    const again = waits.filter((wait) => wait.failures === failures).map(({ wait }) => wait)
    const spread = Math.max(...again) - Math.min(...again)
    if (spread < drawn) return `expected each wait to be drawn from a range of two seconds or more, found that all ${again.length} photos waited for ${seconds(Math.min(...again))} after failure ${failures}`
  }
  return true
}

function keptOrExplained(view: Look): true | string {
  const [letter] = deadLettersOf(view, front.photoId)
  if (letter === undefined) return kept(front)(view)
  const { reason = '' } = letter
  return ['201', '503'].some((status) => reason.includes(status)) || `expected a cut-out of ${front.photoId}, or a reason that says what the studio said, found "${reason}"`
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

function attempt(failures: number, photoId: string, { status, retryAfter }: StudioRequest): string {
  const answer = status === 0 ? 'no answer' : `${status}${retryAfter === undefined ? '' : `, Retry-After: ${retryAfter / 1_000}`}`
  return `attempt ${failures} for ${photoId} (${answer})`
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds) / 1_000} s`
}
