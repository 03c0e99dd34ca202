import { describe, expect, test } from 'vitest'
import { endpoint, service, type HandlerContext } from '../index.js'
import { explore } from '../exploration/index.js'
import { thirdParty } from '../testing.js'
import { MisuseError } from '../simulation/index.js'
import { fromWireResponse, parseUrl, toWireResponse } from './messages.js'

/** What somebody is told whose handler does this. */
async function told(code: (http: HandlerContext['http']) => Promise<unknown>): Promise<object> {
  const client = endpoint('client', { Go: async (_message, { http }) => { await code(http) } }, { instances: 1 })
  const web = service('web', { 'GET /': () => Promise.resolve({ status: 200 }) })
  const bank = thirdParty('bank', { records: 0, answer: () => ({ response: { status: 200 } }) })
  const finding = await explore({ system: () => [client, web, bank], scenario: ({ send }) => send('client', { type: 'Go' }), atRest: { kept: () => true } })
  if (finding.verdict !== 'misuse') throw new Error(`Nobody was told anything: ${finding.verdict}`)
  return { kind: finding.kind, ...finding.explanation }
}

describe('a request', () => {
  test('where nobody is at all says so', async () => {
    const finding = await explore({ system: () => [endpoint('client', { Go: () => Promise.resolve() })], scenario: async ({ browser }) => { await browser.get('/') }, atRest: { kept: () => true } })
    expect(finding).toMatchObject({ verdict: 'misuse', explanation: { what: 'A request was sent to http:///, but nobody of that name is there.', next: 'Hosts here: none.' } })
  })

  test('to nobody is a mistake, and the answer says who is there', async () => {
    expect(await told((http) => http.get('http://nobody/'))).toMatchObject({
      kind: 'unknown-host',
      what: expect.stringContaining('A request was sent to http://nobody/, but nobody of that name is there.') as string,
      why: 'It would reach nobody, and nobody would answer.',
      next: 'Hosts here: bank, web.',
    })
  })

  test.each([0, -1, NaN])('with the time limit %d would wait for ever', async (timeout) => {
    expect(await told((http) => http.delete('http://web/', { timeout }))).toMatchObject({
      kind: 'invalid-argument',
      what: expect.stringContaining(`DELETE http://web/ was called with \`timeout: ${timeout}\`.`) as string,
      why: 'A request without a time limit waits for ever when its response is lost.',
      next: 'Pass a number of milliseconds, or leave it out for 10 s.',
    })
  })

  test('has a body of plain data', async () => {
    expect(await told((http) => http.post('http://web/', { when: new Date(0) }))).toMatchObject({ kind: 'unserialisable', what: expect.stringContaining('The body of POST http://web/.when is a Date') as string })
  })
})

describe('a request without await is named', () => {
  test.each<[call: string, code: (http: HandlerContext['http']) => Promise<unknown>]>([
    ["http.get('/a')", (http) => http.get('http://web/a?b=c')],
    ["http.put('/')", (http) => http.put('http://web/')],
    ["http.post('http://bank/charges')", (http) => http.post('http://bank/charges', {})],
    ["http.patch('http://bank/')", (http) => http.patch('http://bank')],
  ])('%s', async (call, code) => {
    expect(await told((http) => {
      void code(http)
      return Promise.resolve()
    })).toMatchObject({ kind: 'missing-await', what: expect.stringContaining(`\`${call}\` was called without \`await\``) as string })
  })
})

describe('a URL', () => {
  test.each([
    ['http://billing/invoices/7?full=1', 'billing', '/invoices/7', { full: '1' }],
    ['https://billing', 'billing', '/', {}],
    ['https://billing?a=b', 'billing', '/', { a: 'b' }],
    ['http://billing/a#part', 'billing', '/a', {}],
    ['/carts/c1', undefined, '/carts/c1', {}],
    ['/carts?x=1&y=%20&x=2', undefined, '/carts', { x: '2', y: ' ' }],
    ['/a?b?c', undefined, '/a', { b: '' }],
    ['', undefined, '/', {}],
    ['ftp://billing/', undefined, '/', {}],
    ['see http://billing/a', undefined, '/', {}],
  ])('%s has a host, a path and a query', (url, host, path, query) => {
    expect(parseUrl(url)).toEqual({ host, path, query })
  })
})

describe('a response', () => {
  test.each([100, 200, 404, 599])('of status %d goes out', (status) => {
    expect(toWireResponse({ status }, 'GET /')).toEqual({ status, headers: {}, text: undefined })
  })

  test('goes out as text, its headers in lower case, and comes in as it was', () => {
    const sent = toWireResponse({ status: 200, headers: { 'X-Count': 7 }, body: { a: null } }, 'GET /')
    expect(sent).toEqual({ status: 200, headers: { 'x-count': '7' }, text: '{"a":null}' })
    expect(fromWireResponse(sent)).toEqual({ status: 200, headers: { 'x-count': '7' }, body: { a: null } })
    expect(toWireResponse({ status: 200, headers: null, body: null }, 'GET /')).toEqual({ status: 200, headers: {}, text: 'null' })
    expect(toWireResponse({ status: 200, headers: 'none' }, 'GET /').headers).toEqual({})
    expect(fromWireResponse({ status: 204, headers: {}, text: undefined }).body).toBeUndefined()
  })

  test.each([[undefined, 'nothing'], [null, 'something that is not a response'], ['ok', 'something that is not a response'], [{}, 'something that is not a response'], [{ status: '200' }, 'something that is not a response'], [{ status: 200.5 }, 'something that is not a response'], [{ status: 99 }, 'something that is not a response'], [{ status: 600 }, 'something that is not a response']])('is no %j', (result, what) => {
    const send = (): unknown => toWireResponse(result, 'GET /things')
    expect(send).toThrow(MisuseError)
    expect(send).toThrow(`The route GET /things returned ${what}.\nWhoever sent the request waits for an answer with a status.\nReturn an object such as { status: 202, headers: { location: "/orders/c1" }, body: { … } }.`)
  })

  test('has a body of plain data', () => {
    expect(() => toWireResponse({ status: 200, body: { when: new Date(0) } }, 'GET /things')).toThrow('The body that GET /things returned.when is a Date')
  })
})
