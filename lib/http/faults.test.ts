import { describe, expect, test } from 'vitest'
import { ConnectionError, endpoint, insert, service, TimeoutError } from '../index.js'
import { mostOf, tell } from '../exploration/fixtures/stories.js'
import type { SmallSystem } from '../exploration/fixtures/small-system.js'

/** An endpoint that asks a service to do something, once, and says how that went. */
function asking(log: string[] = []): SmallSystem {
  return {
    nodes: [
      endpoint('client', {
        async Go(_message, { http }) {
          try {
            log.push(`status ${(await http.post('http://server/things')).status}`)
          } catch (error) {
            log.push(`${error instanceof TimeoutError ? 'no answer' : error instanceof ConnectionError ? 'connection broken' : 'something else'} at ${performance.now()}`)
          }
        },
      }, { instances: 1 }),
      service('server', {
        async 'POST /things'(_request, { store }) {
          await store.commit(insert('things', crypto.randomUUID(), {}))
          return { status: 201 }
        },
      }, { instances: 1 }),
    ],
    scenario: ({ send }) => send('client', { type: 'Go' }),
  }
}

function thingsOf(story: Awaited<ReturnType<typeof tell>>): number {
  return story.end.stores['server']?.['things']?.length ?? 0
}

const clicks: SmallSystem = {
  nodes: [service('server', { 'POST /things': () => Promise.resolve({ status: 201 }) }, { instances: 1 })],
  async scenario({ browser }) {
    await browser.post('/things')
  },
}

describe('a lost request', () => {
  test('never arrives: the client gives up after its time limit', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { lostRequests: 1 } }, [/POST \/things is lost/])
    expect(log).toEqual(['no answer at 10000'])
    expect(thingsOf(story)).toBe(0)
  })

  test('is tried within its budget; the browser sends again', async () => {
    expect(await mostOf('lostRequests', clicks)).toEqual([1, 2])
  })
})

describe('a lost response', () => {
  test('was done: the client gives up after its time limit and does not know', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { lostResponses: 1 } }, [/response 201 .* is lost/])
    expect(log).toEqual(['no answer at 10000'])
    expect(thingsOf(story)).toBe(1)
  })

  test('is tried within its budget; the browser sends again', async () => {
    expect(await mostOf('lostResponses', clicks)).toEqual([1, 2])
    const story = await tell({ ...clicks, faults: { lostResponses: 1 } }, [/is lost/])
    expect(story.clicks).toMatchObject([{ attempts: 2, gaveUp: false, response: { status: 201 } }])
  })

  test('three times, and the browser gives up', async () => {
    const story = await tell({ ...clicks, faults: { lostResponses: 3 } }, [/is lost/, /is lost/, /is lost/])
    expect(story.clicks).toMatchObject([{ attempts: 3, gaveUp: true, response: undefined }])
    expect(story.took).toBe(30_000)
  })
})

describe('a crash of the server', () => {
  test('breaks the connection at once, after it was done', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { crashes: 1 } }, [/commits things/, /server crashes/])
    expect(log).toEqual(['connection broken at 0'])
    expect(thingsOf(story)).toBe(1)
  })

  test('or before', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { crashes: 1 } }, [/server crashes/])
    expect(log).toEqual(['connection broken at 0'])
    expect(thingsOf(story)).toBe(0)
  })
})

describe('a crash of the client', () => {
  test('leaves the server at work: nobody hears its answer', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { crashes: 1 } }, [/arrives at server/, /client crashes/])
    expect(story.schedule).toContain('the response 201 to POST /things finds nobody waiting')
    expect(log).toEqual(['status 201']) // the message came again
    expect(thingsOf(story)).toBe(2)
  })
})

describe('a stall of the server', () => {
  test('outlasts the patience of the client; it is done all the same', async () => {
    const log: string[] = []
    const story = await tell({ ...asking(log), faults: { stalls: 1 } }, [/gives up waiting for POST \/things \(the server stalls\)/])
    expect(log).toEqual(['no answer at 10000'])
    expect(thingsOf(story)).toBe(1)
  })
})
