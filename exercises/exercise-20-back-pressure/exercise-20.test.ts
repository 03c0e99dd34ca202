import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { Photo } from '#driveway'
import { photos } from './accept-uploads.js'
import { studio } from './given.js'

/** So many photos may wait. */
const most = 2
const second = 1_000
const minute = 60 * second

const system = (turns = 0) => () => (turns === 0 ? [photos] : [photos, studio(turns)])
const one = { photos: 1 }

type Look = View<'photos'>

const always = { [`${most} photos at most wait`]: atMostWait, 'nobody is kept waiting': nobodyIsKeptWaiting }
const atRest = {
  'an upload is accepted, or refused with Retry-After': answered(true),
  'nobody is refused while there is room': accepted(2),
  'nothing is kept of what is refused': nothingIsKept,
}

describe('exercise 20 · back-pressure', () => {
  test('★ photos are accepted, and cut out', () =>
    check({
      system: system(3),
      instances: one,
      scenario: upload('p1', 'p2'),
      always,
      atRest: { ...atRest, 'what was accepted is done': acceptedIsDone },
    }))

  test('★ the studio asks, and brings a picture twice', () =>
    check({
      system: system(),
      instances: one,
      async scenario(tools) {
        const { browser } = tools
        await browser.get('/next')
        await upload('p1')(tools)
        await browser.get('/next')
        await browser.put('/cut-outs/p1', { cutOut: 'p1.png' })
        await browser.put('/cut-outs/p1', { cutOut: 'p1.png' })
        await browser.get('/next')
      },
      atRest: { 'the studio is told what waits, and when nothing does': studioIsTold, 'what was accepted is done': acceptedIsDone },
    }))

  test('★★ the script is faster than the studio', () =>
    check({ system: system(), instances: one, scenario: upload('p1', 'p2', 'p3'), always, atRest }))

  test('★★ two uploads at once, and room for one', () =>
    check({
      system: system(),
      async scenario(tools) {
        await upload('p1')(tools)
        await uploadAtOnce('p2', 'p3')(tools)
      },
      always,
      atRest,
    }))

  test('★★ two uploads at once, and room for both', () =>
    check({ system: system(), scenario: uploadAtOnce('p1', 'p2'), always, atRest }))

  test('★★ the studio is done with a photo, and there is room for another', () =>
    check({
      system: system(1),
      async scenario(tools) {
        await upload('p1', 'p2', 'p3')(tools)
        await tools.wait(45 * second)
        await upload('p4', 'p5')(tools)
      },
      always,
      atRest: { ...atRest, 'nobody is refused while there is room': accepted(3) },
    }))

  test('★★ a script that honours Retry-After', () =>
    check({
      system: system(12),
      instances: one,
      scenario: uploadPatiently('p1', 'p2', 'p3', 'p4', 'p5'),
      maxSteps: 5_000,
      always,
      atRest: { 'a script that honours Retry-After gets everything through': accepted(5), 'what was accepted is done': acceptedIsDone },
    }))

  test('★★ a response is lost, and the script sends the photo again', () =>
    check({ system: system(), scenario: upload('p1', 'p2', 'p3'), faults: { lostResponses: 1 }, always, atRest }))

  test('★★ photos crashes', () =>
    check({
      system: system(),
      scenario: upload('p1', 'p2', 'p3'),
      faults: { crashes: 1 },
      always,
      atRest: { ...atRest, 'an upload is accepted, or refused with Retry-After': answered(false) },
    }))

  test('★★ photos crashes while the studio works', () =>
    check({
      system: system(5),
      scenario: upload('p1'),
      faults: { crashes: 1 },
      always,
      atRest: { 'what was accepted is done': acceptedIsDone },
    }))

  test('★★ photos stalls, and the script sends the photo again', () =>
    check({ system: system(), scenario: upload('p1', 'p2', 'p3'), faults: { stalls: 1 }, always, atRest }))

  test('★★★ uploads while the studio brings photos back', () =>
    check({
      system: system(4),
      async scenario(tools) {
        await upload('p1')(tools)
        await tools.wait(30 * second)
        await uploadAtOnce('p2', 'p3')(tools)
      },
      always,
      atRest: { 'what was accepted is done': acceptedIsDone, 'nothing is kept of what is refused': nothingIsKept },
    }))

  test('★★★ a photo is sent again while the first request goes on, and a place becomes free', () =>
    check({
      system: system(),
      async scenario(tools) {
        await upload('p1')(tools)
        await Promise.all([send('p2', tools), send('p2', tools), bringBack('p1', tools)])
        await upload('p3')(tools)
      },
      always,
      atRest: { 'nobody is refused while there is room': accepted(3) },
    }))

  test('★★★ two studios bring back the same photo, and another one comes', () =>
    check({
      system: system(1),
      instances: { studio: 2 },
      async scenario(tools) {
        await upload('p1')(tools)
        await tools.wait(30 * second)
        await upload('p2')(tools)
        await tools.wait(30 * second)
        await upload('p3', 'p4', 'p5')(tools)
      },
      always,
      atRest: { 'nobody is refused while there is room': twoWaitInTheEnd },
    }))

  test('★★★ uploads at once, through every crash and ambiguous commit', () =>
    check({
      system: system(),
      async scenario(tools) {
        await upload('p1')(tools)
        await uploadAtOnce('p2', 'p3')(tools)
      },
      faults: { crashes: 1, ambiguousCommits: 1 },
      always,
      atRest: { ...atRest, 'an upload is accepted, or refused with Retry-After': answered(false) },
    }))

  test('★★★ when all is done there is room for two again, whatever has happened', () =>
    check({
      system: system(5),
      async scenario(tools) {
        await upload('p1')(tools)
        await tools.wait(5 * minute)
        await upload('p2', 'p3', 'p4')(tools)
      },
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      always,
      atRest: { ...atRest, 'an upload is accepted, or refused with Retry-After': answered(false), 'nobody is refused while there is room': accepted(3) },
    }))

  test('★★★ any day of uploads, with two studios and everything that can happen', () =>
    check({
      system: system(40),
      instances: { studio: 2 },
      given: fc.array(fc.constantFrom(...entries), { minLength: 1, maxLength: 7 }),
      scenario: live,
      faults: { crashes: 2, stalls: 1, lostRequests: 1, lostResponses: 1, ambiguousCommits: 2, refusals: 1 },
      runs: 60,
      maxSteps: 5_000,
      always,
      atRest: { 'an upload is accepted, or refused with Retry-After': answered(false), 'what was accepted is done': acceptedIsDone, 'nothing is kept of what is refused': nothingIsKept, 'nobody is refused while there is room': twoWaitInTheEnd },
    }))
})

/** The import script sends one photo after the other. Without a response, or with a 5xx, it sends the photo again; what is refused it leaves out. */
function upload(...photoIds: readonly string[]) {
  return async (tools: Scenario): Promise<void> => {
    for (const photoId of photoIds) await send(photoId, tools)
  }
}

function uploadAtOnce(...photoIds: readonly string[]) {
  return async (tools: Scenario): Promise<void> => {
    await Promise.all(photoIds.map((photoId) => send(photoId, tools)))
  }
}

/** What is refused, this one sends again, as soon as `Retry-After` allows it. */
function uploadPatiently(...photoIds: readonly string[]) {
  return async (tools: Scenario): Promise<void> => {
    for (const photoId of photoIds) {
      for (let attempt = 1; attempt <= 60; attempt++) {
        const retryAfter = await send(photoId, tools)
        if (retryAfter === undefined) break
        await tools.wait(retryAfter * second)
      }
    }
  }
}

/** Sends a photo until it is accepted or refused; then, in seconds, what `Retry-After` says. */
async function send(photoId: string, { browser }: Scenario): Promise<number | undefined> {
  for (let attempt = 1; attempt <= 6; attempt++) {
    const response = await browser.put(`/uploads/${photoId}`, { file: fileOf(photoId) }, { attempts: 6, timeout: second })
    if (response?.status === 429) return Number(response.headers['retry-after'] ?? 60)
    if (response === undefined || response.status < 500) return undefined
  }
  return undefined
}

/** What the studio does when it is done with a photo. */
async function bringBack(photoId: string, { browser }: Scenario): Promise<void> {
  for (let attempt = 1; attempt <= 6; attempt++) {
    const response = await browser.put(`/cut-outs/${photoId}`, { cutOut: `${photoId}.png` })
    if (response !== undefined && response.status < 500) return
  }
}

/** What may happen on a generated day. Every photo is another one. */
const entries = ['a photo', 'three photos', 'three at once', 'a photo, patiently', 'half a minute passes', 'five minutes pass'] as const

async function live(tools: Scenario, day: readonly (typeof entries)[number][]): Promise<void> {
  let count = 0
  const some = (number: number): string[] => Array.from({ length: number }, () => `p${(count += 1)}`)
  for (const entry of day) {
    if (entry === 'half a minute passes') await tools.wait(30 * second)
    else if (entry === 'five minutes pass') await tools.wait(5 * minute)
    else if (entry === 'a photo') await upload(...some(1))(tools)
    else if (entry === 'three photos') await upload(...some(3))(tools)
    else if (entry === 'three at once') await uploadAtOnce(...some(3))(tools)
    else await uploadPatiently(...some(1))(tools)
  }
  await tools.wait(60 * minute)
  await upload('z1', 'z2', 'z3')(tools)
}

function fileOf(photoId: string): string {
  return `${photoId}.jpg`
}

type Click = Look['browser']['clicks'][number]

const photoOf = ({ path }: Click): string => path.split('/')[2] ?? ''

/** Photos of which the script has heard that they are accepted. */
function acceptedIn({ browser }: Pick<Look, 'browser'>): readonly string[] {
  return [...new Set(browser.clicks.filter(({ response }) => response?.status === 202).map(photoOf))]
}

function waitingIn({ browser, stores }: Look): readonly string[] {
  const done = new Set(stores.photos.ids('photos'))
  return acceptedIn({ browser }).filter((photoId) => !done.has(photoId))
}

function atMostWait(view: Look): true | string {
  const waiting = waitingIn(view)
  return waiting.length <= most || `expected ${most} photos at most to wait, found ${waiting.length}: ${waiting.join(', ')} got 202, and the studio is done with none of them`
}

function nobodyIsKeptWaiting({ browser }: Look): true | string {
  const given = browser.clicks.find(({ gaveUp }) => gaveUp)
  return given === undefined || `expected a response to PUT ${given.path} within a second, found none, ${given.attempts} times in a row`
}

function answered(strictly: boolean) {
  return ({ browser }: Look): true | string => {
    for (const click of browser.clicks) {
      if (click.response === undefined) continue
      const { status, headers } = click.response
      if (status !== 202 && status !== 429 && (strictly || status < 500)) return `expected 202 or 429 in response to PUT ${click.path}, found ${status}`
      const retryAfter = headers['retry-after']
      if (status === 429 && retryAfter === undefined) return `expected the 429 for ${photoOf(click)} to say in Retry-After when to come again, found no such header`
      if (status === 429 && !(/^\d+$/.test(retryAfter ?? '') && Number(retryAfter) >= 1 && Number(retryAfter) <= 60)) return `expected Retry-After to be 1 to 60, in seconds, found ${retryAfter ?? ''}`
    }
    return true
  }
}

/** Nothing waits, p1 waits, its picture is stored, is stored once more, nothing waits. */
function studioIsTold({ browser }: Look): true | string {
  const expected = [204, 200, 204, 204, 204]
  const requests = browser.clicks.filter(({ path }) => !path.startsWith('/uploads/'))
  const wrong = requests.findIndex(({ response }, index) => response?.status !== expected[index])
  const { method = '', path = '', response } = requests[wrong] ?? {}
  return wrong < 0 || `expected ${expected[wrong] ?? 204} in response to ${method} ${path}, found ${response?.status ?? 'none'}`
}

function accepted(expected: number) {
  return ({ browser }: Look): true | string => {
    const found = acceptedIn({ browser })
    const others = [...new Set(browser.clicks.map(photoOf))].filter((photoId) => !found.includes(photoId))
    return found.length === expected || `expected ${expected} photos to be accepted (202), found ${found.length}: ${found.join(', ')}; and ${others.join(', ')} ${others.length === 1 ? 'was' : 'were'} refused`
  }
}

/** More have come in the end than there was room for. */
function twoWaitInTheEnd(view: Look): true | string {
  const waiting = waitingIn(view)
  return waiting.length === most || `expected ${most} photos to wait in the end, for more have come, found ${waiting.length === 0 ? 'none' : waiting.join(', ')}`
}

function acceptedIsDone({ browser, stores }: Look): true | string {
  for (const photoId of acceptedIn({ browser })) {
    if (photoId.startsWith('z')) continue // The studio has closed.
    const found = stores.photos.get<Photo>('photos', photoId)?.cutOut
    if (found !== `${photoId}.png`) return `${photoId} was accepted; expected its cut-out ${photoId}.png, found ${found ?? 'nothing: the dealer will never see it'}`
  }
  return true
}

/** Refused, each time, and never without a response. */
function nothingIsKept({ browser, stores }: Look): true | string {
  for (const photoId of new Set(browser.clicks.map(photoOf))) {
    const refused = browser.clicks.filter((click) => photoOf(click) === photoId).every(({ response, attempts }) => response?.status === 429 && attempts === 1)
    if (!refused) continue
    for (const collection of stores.photos.collections()) {
      const kept = stores.photos.ids(collection).some((id) => JSON.stringify([id, stores.photos.get(collection, id)]).match(/[\w.-]+/g)?.some((word) => word === photoId || word === fileOf(photoId)))
      if (kept) return `${photoId} was refused (429); expected nothing of it in the store, found it in ${collection}`
    }
  }
  return true
}
