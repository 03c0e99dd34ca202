import { lookup } from 'node:dns/promises'
import type { RequestOptions } from 'node:http'
import { ExplainedError } from '../explained-error.js'

/** Where a room is. */
export interface Place {
  readonly secure: boolean
  readonly host: string
  readonly port: number
}

export interface Spoken {
  readonly status: number
  /** The body, if it was JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

/** A response that is longer than this is nobody's that we know, in characters. */
const longestResponse = 100_000

/**
 * `192.168.1.20:4000`, or with `http://` or `https://` before it, as somebody may forward it.
 *
 * @throws ExplainedError for anything else.
 */
export function placeIn(address: string): Place {
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?([^/\s#?@]+)\/?(?:#.*)?$/i.exec(address.trim()) ?? []
  const secure = scheme.toLowerCase() === 'https'
  const [, host = '', digits] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(rest) ?? []
  const port = digits === undefined ? (secure ? 443 : rest === '' ? 0 : defaultPort) : Number(digits)
  if (host !== '' && port >= 1 && port <= 65_535) return { secure, host: host.replace(/^\[|\]$/g, ''), port }
  throw new ExplainedError({ what: `"${address}" is not the address of a room.`, why: 'Nothing was sent.', next: 'It stands on the facilitator’s screen, and looks like 192.168.1.20:4000.' })
}

/** Where a room listens when nobody says otherwise. */
export const defaultPort = 4000

/** The network address behind a host's name. @throws Error when there is none. */
export async function networkAddress({ host }: Place): Promise<string> {
  return (await lookup(host)).address
}

export interface Speech {
  readonly path: '/join' | '/reports' | '/leave'
  readonly body?: object
  readonly token?: string
  /** The network address, where it is known. */
  readonly at?: string
  /** Milliseconds; then it is given up. */
  readonly patience: number
}

/**
 * Says something to a room.
 *
 * @throws Error when there is no response in time: then nobody knows whether it was heard.
 */
export async function speak({ secure, host, port }: Place, { path, body = {}, token, at, patience }: Speech): Promise<Spoken> {
  const began = performance.now()
  const { request } = secure ? await import('node:https') : await import('node:http')
  const text = JSON.stringify(body)
  const options: RequestOptions = {
    host,
    port,
    path,
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(at === undefined ? {} : { lookup: knownAs(at) }),
  }
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let received = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        received += piece
        if (received.length > longestResponse) asked.destroy(new Error('the response is not that of a room'))
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: jsonIn(received) }))
    })
    const timer = setTimeout(() => asked.destroy(new Error(`no response within ${patience} ms`)), patience - (performance.now() - began))
    asked.on('close', () => clearTimeout(timer))
    asked.on('error', reject)
    asked.end(text)
  })
}

/** As `dns.lookup` would say it, but at once. */
function knownAs(address: string): NonNullable<RequestOptions['lookup']> {
  const family = address.includes(':') ? 6 : 4
  return (_host, { all }, found) => {
    if (all === true) found(null, [{ address, family }])
    else found(null, address, family)
  }
}

function jsonIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}
