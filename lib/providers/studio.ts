import type { RouteResult } from '../http/index.js'
import type { NodeDefinition } from '../simulation/index.js'
import { thirdParty, type Answer } from './third-party.js'

/** A request, as the studio's log has it. */
export type StudioRequest = {
  readonly photoId: string
  /** Virtual milliseconds. */
  readonly at: number
  /** What it answered; 0 for no answer at all. */
  readonly status: number
  /** In milliseconds, when it said so: not before then. */
  readonly retryAfter?: number
}

export type StudioRecords = {
  readonly requests: readonly StudioRequest[]
  /** Photo id → the picture without its background. */
  readonly cutOuts: { readonly [photoId: string]: string }
  /** It has too much to do until then, in virtual milliseconds, if nobody asks before. */
  readonly overloadedUntil: number
}

/** How it says no for now: nothing has been done. `silence` is no answer at all. */
export type StudioRefusal = 'silence' | { readonly status: 429 | 500 | 502 | 503; /** In seconds, as in the header. */ readonly retryAfter?: number }

export interface StudioOptions {
  /** So many requests within a second are too many. Default: any number is fine. */
  readonly capacity?: number
  /** For how long it has to be left alone then, in milliseconds. Default 5 s. */
  readonly rest?: number
  /** Refuses, or does not answer, whatever else it would do: asked for the photo, how often it was asked for it before, and the time in milliseconds. */
  readonly refuses?: (asked: { readonly photoId: string; readonly before: number; readonly now: number }) => StudioRefusal | undefined
}

/** What it can never handle, by the end of the file's name, and how it says so. */
export const neverHandled: Readonly<Record<string, { readonly status: number; readonly error: string }>> = {
  heic: { status: 415, error: 'HEIC is not supported.' },
  tif: { status: 413, error: 'The file is larger than 50 MB.' },
  pdf: { status: 422, error: 'There is no car in it.' },
}

/**
 * The studio, at `http://studio`, cuts cars out of their backgrounds. Promises see its books with `studioRecords(ledgers)`.
 *
 *     PUT /cut-outs/:photoId   { file }     201 { cutOut } · 4xx but 429: not this file, not ever
 *                                           429, 503 with Retry-After in seconds, any other 5xx, or no answer: not now, and nothing was done
 *
 * The same photo again is no harm. More than `capacity` requests within a second overload it, and from then on it refuses everything, even what it
 * could never handle. It recovers only when it is left alone: to refuse is work as well, so every request that comes too early makes it rest anew.
 * `Retry-After` says how long it would have to rest if nobody else came; it promises nothing to whoever comes back then.
 *
 * The model is a service in a metastable failure (Bronson, Aghayev, Charapko and Zhu, "Metastable Failures in Distributed Systems", HotOS 2021):
 * what overloaded it is gone, and retries keep it overloaded. Status and header are those of RFC 9110 (503, `Retry-After`) and RFC 6585 (429). It is
 * the worst that its contract allows: a real one would get to some of the requests.
 */
export function studio(options: StudioOptions = {}): NodeDefinition<'studio'> {
  const records: StudioRecords = { requests: [], cutOuts: {}, overloadedUntil: 0 }
  return thirdParty('studio', { records, answer: answerStudio(options) })
}

/** The studio's books, as a promise sees them. */
export function studioRecords(ledgers: Readonly<Record<string, unknown>>): StudioRecords {
  return ledgers['studio'] as StudioRecords
}

/** What the studio does with a request. */
export function answerStudio({ capacity = Infinity, rest = 5_000, refuses = () => undefined }: StudioOptions): Answer<StudioRecords, RouteResult | undefined> {
  return ({ method, path, segments, body }, records, { now }) => {
    const [collection, photoId] = segments
    const { file } = (body ?? {}) as Readonly<Record<string, unknown>>
    if (method !== 'PUT' || segments.length !== 2 || collection !== 'cut-outs' || photoId === undefined) return { response: { status: 404, body: { error: `There is no ${method} ${path} here.` } } }
    if (typeof file !== 'string') return { response: { status: 400, body: { error: 'A photo needs a file.' } } }

    const noted = (status: number, changed: Partial<StudioRecords> = {}, retryAfter?: number): StudioRecords => ({
      ...records,
      requests: [...records.requests, { photoId, at: now, status, ...(retryAfter === undefined ? {} : { retryAfter: retryAfter * 1000 }) }],
      ...changed,
    })
    const refuse = (refusal: StudioRefusal, changed?: Partial<StudioRecords>): ReturnType<Answer<StudioRecords, RouteResult | undefined>> => {
      if (refusal === 'silence') return { response: undefined, records: noted(0, changed) }
      const { status, retryAfter } = refusal
      const headers: Readonly<Record<string, string>> = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
      return { response: { status, headers, body: { error: reasons[status] } }, records: noted(status, changed, retryAfter) }
    }

    const lately = records.requests.filter(({ at }) => now - at < 1000).length
    if (now < records.overloadedUntil || lately >= capacity) {
      const refusals = records.requests.filter(({ status }) => status === 429 || status === 503).length
      return refuse({ status: refusals % 2 === 0 ? 503 : 429, retryAfter: Math.ceil(rest / 1000) }, { overloadedUntil: now + rest })
    }
    const refusal = refuses({ photoId, before: records.requests.filter((request) => request.photoId === photoId).length, now })
    if (refusal !== undefined) return refuse(refusal)
    const never = neverHandled[file.replace(/^.*\./, '').toLowerCase()]
    if (never !== undefined) return { response: { status: never.status, body: { error: never.error } }, records: noted(never.status) }
    const cutOut = file.replace(/\.[^.]*$/, '.png')
    return { response: { status: 201, body: { cutOut } }, records: noted(201, { cutOuts: { ...records.cutOuts, [photoId]: cutOut } }) }
  }
}

const reasons = { 429: 'Too many requests.', 500: 'Internal error.', 502: 'Bad gateway.', 503: 'Overloaded.' } as const
