import { MisuseError, serialise, type Json } from '../simulation/index.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'

export interface HttpRequest<Name extends string = string> {
  readonly method: Method
  readonly path: string
  /** The values of the `:name` parts of the route. */
  readonly params: Readonly<Record<Name, string>>
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a route returns. */
export interface RouteResult {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request on the wire: text, not objects. */
export interface WireRequest {
  readonly method: Method
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** JSON, or `undefined` for no body. */
  readonly text: string | undefined
}

export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string | undefined
}

/** @throws MisuseError when it is no response that could be sent. */
export function toWireResponse(result: unknown, route: string): WireResponse {
  if (typeof result !== 'object' || result === null || !('status' in result) || typeof result.status !== 'number' || !Number.isInteger(result.status) || result.status < 100 || result.status > 599) {
    throw new MisuseError('invalid-response', {
      what: `The route ${route} returned ${result === undefined ? 'nothing' : 'something that is not a response'}.`,
      why: 'Whoever sent the request waits for an answer with a status.',
      next: 'Return an object such as { status: 202, headers: { location: "/orders/c1" }, body: { … } }.',
    })
  }
  const headers = 'headers' in result && typeof result.headers === 'object' && result.headers !== null ? lowerCase(result.headers) : {}
  const body = 'body' in result ? result.body : undefined
  return { status: result.status, headers, text: body === undefined ? undefined : serialise(body, `The body that ${route} returned`) }
}

export function fromWireResponse(response: WireResponse): HttpResponse {
  return { status: response.status, headers: response.headers, body: response.text === undefined ? undefined : (JSON.parse(response.text) as unknown) }
}

export function lowerCase(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)]))
}

/** Splits `http://billing/invoices/7?full=1` or `/carts/c1` into host, path and query. */
export function parseUrl(url: string): { readonly host: string | undefined; readonly path: string; readonly query: Record<string, string> } {
  const [, host, rest = '/'] = /^(?:https?:\/\/([^/?#]+))?([/?][^#]*)?/.exec(url) ?? []
  const [path = '/', search = ''] = rest.split('?')
  return { host, path: path === '' ? '/' : path, query: Object.fromEntries(new URLSearchParams(search)) }
}

export function bodyAsJson(text: string | undefined): Json {
  return text === undefined ? null : (JSON.parse(text) as Json)
}
