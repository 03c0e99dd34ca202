import { describe, expect, test } from 'vitest'
import { endpoint, put, service, TimeoutError, type HandlerContext } from '../index.js'
import { explore } from '../exploration/index.js'
import { tell, tellAll } from '../exploration/fixtures/stories.js'
import type { NodeDefinition } from '../simulation/index.js'

const shop = service('shop', {
  'GET /carts/:cartId/lines/:line': ({ params, query, headers, method, path }) => Promise.resolve({ status: 200, headers: { 'X-Path': path }, body: { params, query, headers, method } }),
  'GET /carts/last/lines/:line': () => Promise.resolve({ status: 203 }),
  'POST /carts': ({ body }) => Promise.resolve({ status: 201, headers: { Location: '/carts/c1' }, body }),
  'DELETE /carts/:cartId': () => Promise.resolve({ status: 204 }),
  'PUT /broken': () => {
    throw new RangeError('too much')
  },
})

/** Makes requests from an endpoint and gives what it returned. */
async function request<T>(code: (http: HandlerContext['http']) => Promise<T>, ...more: readonly NodeDefinition[]): Promise<T> {
  const results: T[] = []
  const client = endpoint('client', { Go: async (_message, { http }) => void results.push(await code(http)) }, { instances: 1 })
  await tell({ nodes: [shop, client, ...more], scenario: ({ send }) => send('client', { type: 'Go' }) })
  const [result] = results
  if (result === undefined) throw new Error('It did not run.')
  return result
}

describe('a request', () => {
  test('finds its route; parameters, query and headers arrive, headers in lower case', async () => {
    expect(await request((http) => http.get('http://shop/carts/a%20b/lines/7?full=1&full=2&q=%C3%A4', { headers: { 'Idempotency-Key': 'k' } }))).toEqual({
      status: 200,
      headers: { 'x-path': '/carts/a%20b/lines/7' },
      body: { params: { cartId: 'a b', line: '7' }, query: { full: '2', q: 'ä' }, headers: { 'idempotency-key': 'k' }, method: 'GET' },
    })
  })

  test('prefers a literal part to a name', async () => {
    expect((await request((http) => http.get('http://shop/carts/last/lines/7'))).status).toBe(203)
  })

  test('carries a body as JSON, or none', async () => {
    expect(await request((http) => http.post('http://shop/carts', { lines: [1, null] }))).toEqual({ status: 201, headers: { location: '/carts/c1' }, body: { lines: [1, null] } })
    expect(await request((http) => http.delete('http://shop/carts/c1'))).toEqual({ status: 204, headers: {}, body: undefined })
  })

  test('to a route that throws is answered with 500', async () => {
    expect(await request((http) => http.put('http://shop/broken'))).toMatchObject({ status: 500, body: { error: 'RangeError: too much' } })
  })

  test.each([
    ['another path', '/cart'],
    ['another method', '/broken'],
    ['a part too many', '/carts/c1/lines/7/more'],
    ['an empty part', '/carts//lines/7'],
  ])('for %s is a mistake, and the answer names the routes that there are', async (_what, path) => {
    const finding = await explore({
      system: () => [shop],
      async scenario({ browser }) {
        await browser.get(path)
      },
      atRest: { kept: () => true },
    })
    expect(finding).toMatchObject({ verdict: 'misuse', kind: 'unknown-route', explanation: { what: `shop has no route for GET ${path}.`, next: expect.stringContaining('POST /carts, DELETE /carts/:cartId') as string } })
  })

  test('waits no longer than its time limit', async () => {
    const slow = service('slow', { 'GET /': () => new Promise((resolve) => setTimeout(() => resolve({ status: 200 }), 5_000)) })
    const wait = (timeout: number) => request((http) => http.get('http://slow/', { timeout }).then(({ status }) => `${status} at ${performance.now()}`, (error: unknown) => `${error instanceof TimeoutError ? 'no answer' : 'something else'} at ${performance.now()}`), slow)
    expect(await wait(6_000)).toBe('200 at 5000')
    expect(await wait(4_000)).toBe('no answer at 4000')
  })

  test('goes to any free instance; two at the same time go to two of them', async () => {
    const stories = await tellAll({
      nodes: [service('web', { 'POST /': (_request, { store }) => store.get('things', 'x').then(() => ({ status: 200 })) })],
      async scenario({ browser }) {
        await Promise.all([browser.post('/'), browser.post('/')])
      },
    })
    expect(stories.some(({ schedule }) => schedule.includes('POST / arrives at web 1') && schedule.includes('POST / #2 arrives at web 2'))).toBe(true)
    expect(stories.every(({ clicks }) => clicks.every(({ response }) => response?.status === 200))).toBe(true)
  })
})

describe('a response belongs to its request', () => {
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
  const echo = service('echo', { 'POST /:name': ({ params }) => sleep(params.name === 'slow' ? 12_000 : 5_000).then(() => ({ status: 200, body: params.name })) })
  const asks = (name: string) =>
    endpoint(name, {
      async Ask({ what }: { readonly type: 'Ask'; readonly what: string }, { http, store }) {
        const response = await http.post(`http://echo/${what}`).catch(() => undefined)
        if (response !== undefined) await store.commit(put('heard', what, response.body))
      },
    }, { instances: 1 })

  test.each([
    ['of one client', ['a', 'a']],
    ['of two clients', ['a', 'b']],
  ] as const)('two requests %s, the first of which was given up', async (_title, [first, second]) => {
    const stories = await tellAll({
      nodes: [...new Set([first, second])].map(asks).concat(echo),
      async scenario({ send }) {
        await send(first, { type: 'Ask', what: 'slow' })
        await send(second, { type: 'Ask', what: 'quick' })
      },
    })
    for (const { end } of stories) {
      for (const collections of Object.values(end.stores)) for (const { id, value } of collections['heard'] ?? []) expect(value).toBe(id)
    }
    expect(stories.some(({ end }) => (end.stores[second]?.['heard'] ?? []).length > 0)).toBe(true)
  })
})

describe('the browser', () => {
  test('goes to the first service with a path alone, and keeps what the customer saw, in the order of the clicks', async () => {
    const { clicks } = await tell({
      nodes: [shop],
      async scenario({ browser }) {
        await browser.post('/carts', { n: 1 })
        await browser.delete('/carts/c1')
        await browser.put('/broken')
      },
    })
    expect(clicks).toMatchObject([
      { method: 'POST', path: '/carts', attempts: 1, gaveUp: false, response: { status: 201, body: { n: 1 } } },
      { method: 'DELETE', path: '/carts/c1', attempts: 1, response: { status: 204 } },
      { method: 'PUT', path: '/broken', attempts: 1, response: { status: 500 } }, // a response of whatever status is a response
    ])
  })

  test('sends again when the connection breaks', async () => {
    const { clicks } = await tell({
      nodes: [shop],
      async scenario({ browser }) {
        await browser.post('/carts', {})
      },
      faults: { crashes: 1 },
    }, [/crashes/])
    expect(clicks).toMatchObject([{ attempts: 2, gaveUp: false, response: { status: 201 } }])
  })

  test('gives up when it was told to try once', async () => {
    const { clicks } = await tell({
      nodes: [shop],
      async scenario({ browser }) {
        await browser.post('/carts', {}, { attempts: 1 })
      },
      faults: { lostRequests: 1 },
    }, [/is lost/])
    expect(clicks).toMatchObject([{ attempts: 1, gaveUp: true, response: undefined }])
  })
})
