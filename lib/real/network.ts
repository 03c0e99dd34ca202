import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brokenConnection, noResponse, type WireRequest, type WireResponse } from '../http/index.js'
import { Failed } from './hosting.js'

/** Headers of ours, which code does not get to see. */
const own = { task: 'x-rsm-task', exchange: 'x-rsm-exchange', client: 'x-rsm-client' } as const

/** What travels beside a request. */
export interface Tags {
  /** What a story calls the work. */
  readonly task: string
  /** What the load balancer calls it. */
  readonly exchange?: number
  /** The operation that waits for the response. */
  readonly client?: string
}

/**
 * Sends a request over HTTP, and waits.
 *
 * @throws Failed when the connection breaks, or when patience is over.
 */
export function callHttp(port: number, host: string, wire: WireRequest, tags: Tags, patience: AbortSignal, timeout: number): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const search = new URLSearchParams(wire.query).toString()
    const headers = {
      ...wire.headers,
      host,
      [own.task]: encodeURIComponent(tags.task),
      ...(tags.exchange === undefined ? {} : { [own.exchange]: String(tags.exchange) }),
      ...(tags.client === undefined ? {} : { [own.client]: tags.client }),
      ...(wire.text === undefined ? {} : { 'content-type': wire.headers['content-type'] ?? 'application/json', 'content-length': String(Buffer.byteLength(wire.text)) }),
    }
    const outgoing = httpRequest({ host: '127.0.0.1', port, method: wire.method, path: `${new URL(wire.path, 'http://localhost').pathname}${search === '' ? '' : `?${search}`}`, headers, agent: false }, (response) => {
      bodyOf(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, headers: codeHeaders(response.headers), text: text === '' ? undefined : text }),
        () => reject(new Failed(brokenConnection(host, wire))),
      )
    })
    outgoing.on('error', () => reject(new Failed(patience.aborted ? noResponse(wire, timeout) : brokenConnection(host, wire))))
    patience.addEventListener('abort', () => outgoing.destroy(new Error('no response')), { once: true })
    if (patience.aborted) outgoing.destroy(new Error('no response'))
    outgoing.end(wire.text)
  })
}

/** A request that has arrived, and by which it is answered. */
export interface Incoming {
  readonly host: string
  readonly wire: WireRequest
  readonly tags: Tags
  /** @returns false when nobody waits any more. */
  answer(response: WireResponse): boolean
  /** Breaks the connection. */
  cut(): void
  /** True once the client has gone. */
  readonly gone: () => boolean
}

/** Listens on a port of this machine. */
export async function listen(take: (incoming: Incoming) => void): Promise<{ readonly port: number; readonly close: () => void }> {
  const server: Server = createServer({ keepAliveTimeout: 1 }, (request, response) => {
    bodyOf(request).then(
      (text) => take(incomingOf(request, response, text)),
      () => undefined, // the client has gone before it had said everything
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function incomingOf(request: IncomingMessage, response: ServerResponse, text: string): Incoming {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const { [own.exchange]: exchange, [own.client]: client } = request.headers
  const gone = (): boolean => response.destroyed || response.socket === null || response.socket.destroyed
  return {
    host: request.headers.host ?? '',
    wire: {
      method: request.method as WireRequest['method'],
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: codeHeaders(request.headers),
      text: text === '' ? undefined : text,
    },
    tags: { task: decodeURIComponent(String(request.headers[own.task] ?? '')), ...(exchange === undefined ? {} : { exchange: Number(exchange) }), ...(client === undefined ? {} : { client: String(client) }) },
    answer({ status, headers, text: body }) {
      if (gone()) return false
      response.sendDate = false
      response.writeHead(status, { ...headers, ...(body === undefined ? {} : { 'content-type': headers['content-type'] ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) }), connection: 'close' })
      response.end(body)
      return true
    },
    cut: () => void response.destroy(),
    gone,
  }
}

/** Those that code has written, without what HTTP needs for itself. */
function codeHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (transport.has(name) || name.startsWith('x-rsm-') || value === undefined || (name === 'content-type' && value === 'application/json') ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])))
}

const transport = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'date', 'keep-alive'])

async function bodyOf(stream: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
