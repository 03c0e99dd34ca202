import { ConnectionError, TimeoutError } from '../simulation/index.js'
import type { HttpClient, RequestOptions } from './client.js'
import type { HttpResponse, Method } from './messages.js'

export interface BrowserOptions extends RequestOptions {
  /** How often it sends the request when no response comes, the first time included. Default 3. */
  readonly attempts?: number
}

/** What became of one click. */
export interface Click {
  readonly method: Method
  readonly path: string
  /** How often the request was sent. */
  attempts: number
  /** The response that the customer saw; `undefined` while there is none, and for ever when the browser gave up. */
  response: HttpResponse | undefined
  gaveUp: boolean
}

/**
 * The customer's browser. When no response comes within the time limit, or the connection breaks, it sends the same request again;
 * a response of whatever status is a response.
 */
export interface Browser {
  get(path: string, options?: BrowserOptions): Promise<HttpResponse | undefined>
  post(path: string, body?: unknown, options?: BrowserOptions): Promise<HttpResponse | undefined>
  put(path: string, body?: unknown, options?: BrowserOptions): Promise<HttpResponse | undefined>
  delete(path: string, options?: BrowserOptions): Promise<HttpResponse | undefined>
}

/** `clicks` collects what the customer has seen, in the order of the clicks. */
export function browser(http: HttpClient, clicks: Click[]): Browser {
  const click = async (method: Method, path: string, send: () => Promise<HttpResponse>, attempts = 3): Promise<HttpResponse | undefined> => {
    const record: Click = { method, path, attempts: 0, response: undefined, gaveUp: false }
    clicks.push(record)
    while (record.attempts < attempts) {
      record.attempts += 1
      try {
        record.response = await send()
        return record.response
      } catch (error) {
        if (!(error instanceof TimeoutError) && !(error instanceof ConnectionError)) throw error
      }
    }
    record.gaveUp = true
    return undefined
  }
  return {
    get: (path, options) => click('GET', path, () => http.get(path, options), options?.attempts),
    post: (path, body, options) => click('POST', path, () => http.post(path, body, options), options?.attempts),
    put: (path, body, options) => click('PUT', path, () => http.put(path, body, options), options?.attempts),
    delete: (path, options) => click('DELETE', path, () => http.delete(path, options), options?.attempts),
  }
}
