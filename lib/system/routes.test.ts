import { describe, expect, test } from 'vitest'
import { MisuseError } from '../simulation/index.js'
import { matchRoute, parseRoutes } from './routes.js'

const handler = (): void => undefined

function told(routes: unknown): object {
  try {
    parseRoutes('web', routes)
  } catch (error) {
    if (error instanceof MisuseError) return { kind: error.kind, ...error.explanation }
    throw error
  }
  throw new Error('Nobody was told anything.')
}

describe('a route', () => {
  test('is a method, a space and a path', () => {
    expect(parseRoutes('web', { 'POST /carts/:cartId': handler })).toEqual([{ text: 'POST /carts/:cartId', method: 'POST', parts: ['', 'carts', ':cartId'], handler }])
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) expect(parseRoutes('web', { [`${method} /`]: handler })).toMatchObject([{ method }])
  })

  test.each(['GET', 'GET orders', 'get /orders', 'FETCH /orders', 'GET  /orders', 'GET /orders ', ' GET /orders', 'GET /my orders'])('"%s" is none', (text) => {
    expect(told({ 'GET /fine': handler, [text]: handler })).toEqual({
      kind: 'invalid-definition',
      what: `'${text}' of service('web') is not a route with a function.`,
      why: 'No request would ever find it.',
      next: "A route is a method, a space and a path, with a function: async 'POST /carts/:cartId/submission'(request, context) { … }.",
    })
  })

  test('comes with a function', () => {
    expect(told({ 'GET /orders': 'handler' })).toMatchObject({ what: "'GET /orders' of service('web') is not a route with a function." })
  })

  test.each([[undefined, 'undefined'], [null, 'null'], ['GET /', 'string']])('%j is no set of routes', (routes, name) => {
    expect(told(routes)).toEqual({
      kind: 'invalid-definition',
      what: `service('web') was given ${name} in place of its routes.`,
      why: 'A service answers requests by method and path, with one function for each.',
      next: "Write service('web', { async 'GET /orders/:orderId'(request, context) { … } }).",
    })
  })
})

describe('the route of a request', () => {
  const routes = parseRoutes('web', { 'GET /a/:x': handler, 'GET /a/b': handler, 'GET /a/b/c': handler, 'POST /a/:x': handler, 'GET /:x/:y': handler, 'GET /a/:z/': handler })
  const found = (method: string, path: string): readonly unknown[] | undefined => {
    const match = matchRoute(routes, method, path)
    return match === undefined ? undefined : [match.route.text, match.params]
  }

  test('is that of its method and its path, with the values of the named parts', () => {
    expect(found('GET', '/a/1')).toEqual(['GET /a/:x', { x: '1' }])
    expect(found('POST', '/a/1')).toEqual(['POST /a/:x', { x: '1' }])
    expect(found('GET', '/a/b/c')).toEqual(['GET /a/b/c', {}])
    expect(found('GET', '/a/1/')).toEqual(['GET /a/:z/', { z: '1' }])
  })

  test('is the most literal one, whatever the order', () => {
    expect(found('GET', '/a/b')).toEqual(['GET /a/b', {}])
    expect(found('GET', '/c/b')).toEqual(['GET /:x/:y', { x: 'c', y: 'b' }])
    expect(matchRoute(parseRoutes('web', { 'GET /:x/:y': handler, 'GET /a/:x': handler }), 'GET', '/a/1')?.route.text).toBe('GET /a/:x')
  })

  test('of two that are alike is the first', () => {
    expect(matchRoute(parseRoutes('web', { 'GET /:x': handler, 'GET /:y': handler }), 'GET', '/1')?.params).toEqual({ x: '1' })
  })

  test('is none where a part is missing, is empty, or is another', () => {
    for (const path of ['/a', '/a/', '/a/b/d', '/', '']) expect(found('GET', path), path).toBeUndefined()
    expect(found('PUT', '/a/b')).toBeUndefined()
  })

  test('has its values as they were before they were put into a URL', () => {
    expect(found('GET', '/a/b%20c%2Fd')).toEqual(['GET /a/:x', { x: 'b c/d' }])
  })
})
