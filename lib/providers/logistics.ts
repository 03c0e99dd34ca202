import type { NodeDefinition } from '../simulation/index.js'
import { thirdParty, type Answer } from './third-party.js'

/** A car on a truck. */
export type Shipment = {
  /** `sh_1`, `sh_2` … */
  readonly id: string
  /** Whatever the shipper wrote there: for Driveway, the order. It need not be unique. */
  readonly reference: string
  readonly car: string
  /** Where it goes. */
  readonly to: string
  /** Virtual milliseconds. */
  readonly at: number
}

/** A call that was refused. */
export type RefusedShipment = {
  readonly reference: string
  readonly to: string
  /** 4xx. */
  readonly status: number
}

export type LogisticsRecords = { readonly shipments: readonly Shipment[]; readonly refusals: readonly RefusedShipment[] }

/** Where no truck goes, and how it says so: by whatever 4xx its programmers thought fit. */
export const notServed: Readonly<Record<string, { readonly status: number; readonly error: string }>> = {
  Helgoland: { status: 422, error: 'No cars on Helgoland.' },
  Hiddensee: { status: 403, error: 'Private cars are forbidden on Hiddensee.' },
  Juist: { status: 409, error: 'The ferry to Juist is full.' },
  Baltrum: { status: 429, error: "Baltrum takes one car a day, and today's has left." },
}

/** How long it takes until a shipment shows in a query, in milliseconds. */
export const queryLag = 60_000

/** How long a request may lie in its backlog before it is worked on, in milliseconds: two days. */
export const backlog = 2 * 24 * 60 * 60 * 1000

/**
 * The logistics provider, at `http://logistics`. Promises see its books with `logisticsRecords(ledgers)`.
 *
 *     POST /shipments   { reference, car, to }     201 shipment · 4xx refused, and nothing happens
 *     GET  /shipments?reference=…                  200 { shipments: […] }
 *
 * Every POST that it does not refuse ships a car. There is no idempotency key, and the reference is a note, not a check. The query
 * reads from a copy that lags behind by a minute: what it shows is there; what it does not show may be there all the same. And a
 * request that nobody answered may lie in a backlog (`slowResponses`) and be worked on two days later.
 *
 * The model is what carriers' and freight APIs commonly offer: labels and transport orders are created by a plain POST, a reference of
 * the shipper's is kept but not required to be unique, and searches run on an index that is updated later.
 */
export function logisticsProvider(): NodeDefinition<'logistics'> {
  const records: LogisticsRecords = { shipments: [], refusals: [] }
  return thirdParty('logistics', { records, answer: answerLogistics, lateness: { earliest: backlog } })
}

/** The logistics provider's books, as a promise sees them: without the lag. */
export function logisticsRecords(ledgers: Readonly<Record<string, unknown>>): LogisticsRecords {
  return ledgers['logistics'] as LogisticsRecords
}

/** What the logistics provider does with a request. */
export const answerLogistics: Answer<LogisticsRecords> = (request, records, moment) => {
  const { method, segments, query } = request
  if (segments.length !== 1 || segments[0] !== 'shipments') return refused(404, `There is no ${method} ${request.path} here.`)
  if (method === 'GET') {
    const visible = records.shipments.filter(({ reference, at }) => reference === query['reference'] && moment.now - at >= queryLag)
    return { response: { status: 200, body: { shipments: visible } } }
  }
  const { reference, car, to } = (request.body ?? {}) as Readonly<Record<string, unknown>>
  if (method !== 'POST') return refused(405, 'POST or GET.')
  if (typeof reference !== 'string' || typeof car !== 'string' || typeof to !== 'string') return refused(400, 'A shipment needs a reference, a car, and where it goes.')
  const refusal = notServed[to]
  if (refusal !== undefined) {
    const { status, error } = refusal
    return { response: { status, body: { error } }, records: { ...records, refusals: [...records.refusals, { reference, to, status }] } }
  }
  const shipment: Shipment = { id: `sh_${records.shipments.length + 1}`, reference, car, to, at: moment.now }
  return { response: { status: 201, body: shipment }, records: { ...records, shipments: [...records.shipments, shipment] } }
}

function refused(status: number, error: string): ReturnType<Answer<LogisticsRecords>> {
  return { response: { status, body: { error } } }
}
