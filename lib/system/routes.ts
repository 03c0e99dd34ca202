import { MisuseError } from '../simulation/index.js'

/** A route of a service, taken apart: `POST /carts/:cartId/submission`. */
export interface Route<Handler> {
  readonly text: string
  readonly method: string
  readonly parts: readonly string[]
  readonly handler: Handler
}

/** @throws MisuseError for something that is not a route. */
export function parseRoutes<Handler>(service: string, routes: unknown): Route<Handler>[] {
  if (typeof routes !== 'object' || routes === null) {
    throw new MisuseError('invalid-definition', {
      what: `service('${service}') was given ${routes === null ? 'null' : typeof routes} in place of its routes.`,
      why: 'A service answers requests by method and path, with one function for each.',
      next: `Write service('${service}', { async 'GET /orders/:orderId'(request, context) { … } }).`,
    })
  }
  return Object.entries(routes).map(([text, handler]) => {
    const [, method, path] = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/.exec(text) ?? []
    if (method === undefined || path === undefined || typeof handler !== 'function') {
      throw new MisuseError('invalid-definition', {
        what: `'${text}' of service('${service}') is not a route with a function.`,
        why: 'No request would ever find it.',
        next: `A route is a method, a space and a path, with a function: async 'POST /carts/:cartId/submission'(request, context) { … }.`,
      })
    }
    return { text, method, parts: path.split('/'), handler: handler as Handler }
  })
}

/** The route that fits, with the values of its `:name` parts; a literal part goes before a `:name`. */
export function matchRoute<Handler>(routes: readonly Route<Handler>[], method: string, path: string): { readonly route: Route<Handler>; readonly params: Record<string, string> } | undefined {
  const given = path.split('/')
  let best: { readonly route: Route<Handler>; readonly params: Record<string, string> } | undefined
  for (const route of routes) {
    if (route.method !== method || route.parts.length !== given.length) continue
    const params: Record<string, string> = {}
    const fits = route.parts.every((part, index) => {
      const value = given[index] ?? ''
      if (!part.startsWith(':')) return part === value
      params[part.slice(1)] = decodeURIComponent(value)
      return value !== ''
    })
    if (fits && (best === undefined || Object.keys(params).length < Object.keys(best.params).length)) best = { route, params }
  }
  return best
}
