import { describeDuration, MisuseError, serialise, type Task } from '../simulation/index.js'
import { lowerCase, parseUrl, type HttpResponse, type Method } from './messages.js'
import type { Network } from './network.js'
import { request } from './requesting.js'

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** How long to wait for the response, in milliseconds. Default 10 s. */
  readonly timeout?: number
}

/**
 * Calls other services and third parties: `http://payments/charges`. Every response is a response, whatever its status.
 *
 * @throws TimeoutError when none came within the time limit: the outcome is unknown.
 * @throws ConnectionError when the connection broke: the outcome is unknown.
 */
export interface HttpClient {
  readonly get: (url: string, options?: RequestOptions) => Promise<HttpResponse>
  readonly post: (url: string, body?: unknown, options?: RequestOptions) => Promise<HttpResponse>
  readonly put: (url: string, body?: unknown, options?: RequestOptions) => Promise<HttpResponse>
  readonly patch: (url: string, body?: unknown, options?: RequestOptions) => Promise<HttpResponse>
  readonly delete: (url: string, options?: RequestOptions) => Promise<HttpResponse>
}

export const defaultTimeout = 10_000

export function httpClient(network: Network, task: Task): HttpClient {
  const call = (method: Method, url: string, body: unknown, options: RequestOptions = {}): Promise<HttpResponse> => {
    try {
      const { host = network.entrance ?? '', path, query } = parseUrl(url)
      network.checkHost(host)
      const { timeout = defaultTimeout } = options
      if (!(timeout > 0)) throw invalidTimeout(method, url, timeout)
      const text = body === undefined ? undefined : serialise(body, `The body of ${method} ${url}`)
      return request(network, task, host, { method, path, query, headers: lowerCase(options.headers ?? {}), text }, timeout)
    } catch (error) {
      task.process.host.fail(error)
      throw error
    }
  }
  return {
    get: (url, options) => call('GET', url, undefined, options),
    post: (url, body, options) => call('POST', url, body, options),
    put: (url, body, options) => call('PUT', url, body, options),
    patch: (url, body, options) => call('PATCH', url, body, options),
    delete: (url, options) => call('DELETE', url, undefined, options),
  }
}

function invalidTimeout(method: Method, url: string, timeout: number): MisuseError {
  return new MisuseError('invalid-argument', {
    what: `${method} ${url} was called with \`timeout: ${String(timeout)}\`.`,
    why: 'A request without a time limit waits for ever when its response is lost.',
    next: `Pass a number of milliseconds, or leave it out for ${describeDuration(defaultTimeout)}.`,
  })
}
