import { describe, expect, test } from 'vitest'
import { requestFact, requestText, responseFact } from './facts.js'
import type { WireRequest, WireResponse } from './messages.js'

const request = (more: Partial<WireRequest> = {}): WireRequest => ({ method: 'POST', path: '/carts/c1', query: {}, headers: {}, text: undefined, ...more })
const response = (body: unknown, headers: Readonly<Record<string, string>> = {}): WireResponse => ({ status: 200, headers, text: body === undefined ? undefined : JSON.stringify(body) })

describe('a request', () => {
  test('stands on its arrow with its query', () => {
    expect(requestText(request())).toBe('POST /carts/c1')
    expect(requestText(request({ method: 'GET', query: { a: '1', b: 'x y' } }))).toBe('GET /carts/c1?a=1&b=x+y')
  })

  test('is decided by its headers and its body', () => {
    expect(requestFact(request())).toEqual({ label: '', subject: 'request POST /carts/c1' })
    expect(requestFact(request({ headers: { key: 'k' }, text: '{"n":1}' }))).toEqual({ label: '', subject: 'request POST /carts/c1', after: { key: 'k', n: 1 } })
    expect(requestFact(request({ text: '[1]' }))).toEqual({ label: '', subject: 'request POST /carts/c1', after: { body: [1] } })
    expect(requestFact(request({ text: '"text"' }))).toEqual({ label: '', subject: 'request POST /carts/c1', after: { body: 'text' } })
    expect(requestFact(request({ headers: { key: 'k' }, text: 'null' }))).toEqual({ label: '', subject: 'request POST /carts/c1', after: { key: 'k' } })
  })
})

describe('a response', () => {
  const after = (body: unknown, headers?: Readonly<Record<string, string>>, asked?: Parameters<typeof responseFact>[3]): unknown => responseFact(response(body, headers), '', 'GET /', asked).after

  test('says what came of which request', () => {
    expect(responseFact(response(undefined), '201', 'POST /carts')).toEqual({ label: '201', subject: 'response to POST /carts' })
  })

  test('is decided by its headers and its body', () => {
    expect(after({ a: 1 }, { etag: '7' })).toEqual({ etag: '7', a: 1 })
    expect(after([1])).toEqual({ body: [1] })
    expect(after(null)).toBeUndefined()
  })

  test('need not repeat what was asked', () => {
    expect(after({ a: 1, b: { c: 2 }, d: 3 }, {}, { a: 1, b: { c: 2 }, d: 4, e: 5 })).toEqual({ d: 3 })
    expect(after({ a: 1 }, {}, { a: 1 })).toBeUndefined()
    expect(after([1], {}, [1])).toEqual({ body: [1] })
    expect(after({ a: 1 }, {}, ['a'])).toEqual({ a: 1 })
  })

  test('shows where its links lead, unless its location says so already', () => {
    expect(after({ a: 1, _links: { self: { href: '/x' }, next: { href: '/y' } } })).toEqual({ a: 1, _links: ['/x', '/y'] })
    expect(after({ a: 1, _links: { self: { href: '/x' } } }, { location: '/x' })).toEqual({ location: '/x', a: 1 })
    expect(after({ _links: { self: { href: '/x' }, next: { href: '/y' } } }, { location: '/x' })).toEqual({ location: '/x', _links: ['/x', '/y'] })
    expect(after({ _links: { self: '/x', other: { to: '/y' } } })).toEqual({ _links: ['/x', { to: '/y' }] })
    expect(after({ a: 1, _links: {} })).toEqual({ a: 1 })
    expect(after({ a: 1, _links: ['/x'] })).toEqual({ a: 1, _links: ['/x'] })
    expect(after({ a: 1 })).toEqual({ a: 1 })
  })
})
