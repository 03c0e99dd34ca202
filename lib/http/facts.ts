import type { Fact, Json } from '../simulation/index.js'
import { bodyAsJson, type WireRequest, type WireResponse } from './messages.js'

/** What stands on the arrow of a request: `GET /shipments?reference=o1`. */
export function requestText({ method, path, query }: WireRequest): string {
  const search = new URLSearchParams(query).toString()
  return `${method} ${path}${search === '' ? '' : `?${search}`}`
}

/** What decides in a request: its headers and its body. */
export function requestFact({ method, path, headers, text }: WireRequest): Fact {
  return { label: '', subject: `request ${method} ${path}`, ...contents(headers, bodyAsJson(text)) }
}

/** What decides in a response: its headers, and what of its body the request did not say. `label` says what came of the request. */
export function responseFact({ headers, text }: WireResponse, label: string, request: string, asked: Json = null): Fact {
  const body = withPlainLinks(bodyAsJson(text), headers['location'])
  return { label, subject: `response to ${request}`, ...contents(headers, isFields(body) && isFields(asked) ? without(body, asked) : body) }
}

function without(body: Fields, asked: Fields): Fields {
  return Object.fromEntries(Object.entries(body).filter(([key, value]) => JSON.stringify(asked[key]) !== JSON.stringify(value)))
}

function contents(headers: Readonly<Record<string, string>>, body: Json): { readonly after?: Json } {
  const fields = isFields(body) ? { ...headers, ...body } : { ...headers, ...(body === null ? {} : { body }) }
  return Object.keys(fields).length === 0 ? {} : { after: fields }
}

/** Where one can go from here, without what is around it, and but for where the location leads already: `_links: [/carts/c1]`. */
function withPlainLinks(body: Json, location: string | undefined): Json {
  if (!isFields(body) || !isFields(body['_links'] ?? null)) return body
  const { _links: links = null, ...rest } = body
  const targets = Object.values(isFields(links) ? links : {}).map((link) => (isFields(link) ? (link['href'] ?? link) : link))
  return targets.every((target) => target === location) ? rest : { ...rest, _links: targets }
}

interface Fields {
  readonly [key: string]: Json
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
