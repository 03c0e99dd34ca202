import type { NodeDefinition } from '../simulation/index.js'
import { thirdParty, type Answer, type Moment, type ThirdPartyRequest } from './third-party.js'

/** What the payment provider has done with a card. */
export type Charge = {
  /** `ch_1`, `ch_2` … */
  readonly id: string
  /** Whatever the merchant wrote there: for Driveway, the order. */
  readonly reference: string
  /** In euros. */
  readonly amount: number
  readonly card: string
  readonly status: 'succeeded' | 'declined'
}

export type Refund = {
  /** `re_1`, `re_2` … */
  readonly id: string
  /** The charge that it takes back. */
  readonly charge: string
  /** In euros. */
  readonly amount: number
}

/** What the provider knows of an `Idempotency-Key`. */
export type KnownKey = {
  /** The request that came with it first. */
  readonly request: string
  readonly status: number
  readonly body: Charge | Refund | Refused
  /** Virtual milliseconds. */
  readonly at: number
}

export type Refused = { readonly error: { readonly code: string; readonly message: string; readonly charge?: string } }

export type PaymentRecords = {
  readonly charges: readonly Charge[]
  readonly refunds: readonly Refund[]
  readonly keys: { readonly [key: string]: KnownKey }
}

/** Cards for tests, named as Stripe's: one that always works, one that is always declined. */
export const goodCard = 'pm_card_visa'
export const declinedCard = 'pm_card_chargeDeclined'

/** How long an `Idempotency-Key` is remembered, in milliseconds. */
export const keyRetention = 24 * 60 * 60 * 1000

export interface PaymentProviderOptions {
  /** What was charged before the scenario begins. */
  readonly charges?: readonly Charge[]
}

/**
 * The payment provider, at `http://payments`. Promises see its books with `paymentRecords(ledgers)`.
 *
 *     POST /charges   { amount, card, reference }     201 charge · 402 declined · 400 not understood
 *     POST /refunds   { charge, amount? }             201 refund · 400 more than is left of the charge · 404
 *     GET  /charges/:id                               200 charge · 404
 *     GET  /charges?idempotency_key=…                 200 charge · 404
 *
 * With the header `Idempotency-Key`, a POST takes effect once:
 *
 *     the same key and the same body                  the first answer again, a decline (402) included
 *     the same key and another body                   422, and nothing happens
 *     the same key while the first is under way       409, and nothing is remembered of it: ask again later
 *     the same key 24 hours after the first           a new request: the provider has forgotten it
 *
 * The model is Stripe's API v1: keys are remembered for at least 24 hours, answers are remembered once execution has begun, whether
 * good or bad, and a 409 is not. It differs in three points. For another body Stripe answers 400 (`idempotency_error`); the IETF draft
 * "The Idempotency-Key HTTP Header Field" asks for 422, which is taken here because nobody confuses it with a request that was never
 * valid. A 5xx comes from a gateway in front of all this and is not remembered, whereas Stripe's v1 may remember a 500, too; its v2
 * carries on with failed requests. And the lookup by key is this provider's own: with Stripe one searches by metadata, or waits for
 * the webhook.
 */
export function paymentProvider(options: PaymentProviderOptions = {}): NodeDefinition<'payments'> {
  const records: PaymentRecords = { charges: options.charges ?? [], refunds: [], keys: {} }
  // It gives a request up to 12 s; whoever comes back with the same key before that may get a 409.
  return thirdParty('payments', { records, answer: answerPayment, lateness: { latest: 12_000 } })
}

/** The payment provider's books, as a promise sees them. */
export function paymentRecords(ledgers: Readonly<Record<string, unknown>>): PaymentRecords {
  return ledgers['payments'] as PaymentRecords
}

/** What the payment provider does with a request. */
export const answerPayment: Answer<PaymentRecords> = (request, records, moment) => {
  const { method, segments, query } = request
  const [collection, id] = segments
  if (method === 'POST' && segments.length === 1 && collection === 'charges') return once(request, records, moment, charge)
  if (method === 'POST' && segments.length === 1 && collection === 'refunds') return once(request, records, moment, refund)
  if (method === 'GET' && collection === 'charges') {
    const wanted = id ?? chargeOf(records.keys[query['idempotency_key'] ?? ''])
    const found = records.charges.find((candidate) => candidate.id === wanted)
    return { response: found === undefined ? refused(404, 'resource_missing', 'There is no such charge.') : { status: 200, body: found } }
  }
  return { response: refused(404, 'unknown_url', `There is no ${method} ${request.path} here.`) }
}

interface Outcome {
  readonly status: number
  readonly body: Charge | Refund | Refused
  /** Left out when nothing was executed: then there is nothing to remember. */
  readonly records?: PaymentRecords
}

/** The idempotency layer: it stands in front of everything that changes something. */
function once(request: ThirdPartyRequest, records: PaymentRecords, moment: Moment, execute: (body: unknown, records: PaymentRecords) => Outcome): ReturnType<Answer<PaymentRecords>> {
  const key = request.headers['idempotency-key']
  if (key === undefined) {
    const { status, body, records: after = records } = execute(request.body, records)
    return { response: { status, body }, records: after }
  }
  if (moment.underWay.some((other) => other.headers['idempotency-key'] === key)) {
    return { response: refused(409, 'idempotency_key_in_use', `The first request with the key ${key} is still under way.`) }
  }
  const fingerprint = `${request.path} ${parameters(request.body)}`
  const known = records.keys[key]
  if (known !== undefined && moment.now - known.at < keyRetention) {
    if (known.request === fingerprint) return { response: { status: known.status, body: known.body } }
    return { response: refused(422, 'idempotency_key_reused', `The key ${key} came first with another body.`) }
  }
  const { status, body, records: after } = execute(request.body, records)
  if (after === undefined) return { response: { status, body } }
  return { response: { status, body }, records: { ...after, keys: { ...after.keys, [key]: { request: fingerprint, status, body, at: moment.now } } } }
}

function charge(body: unknown, records: PaymentRecords): Outcome {
  const { amount, card, reference } = fields(body)
  if (typeof amount !== 'number' || !(amount > 0) || typeof card !== 'string' || typeof reference !== 'string') {
    return refused(400, 'parameter_invalid', 'A charge needs an amount above 0, a card and a reference.')
  }
  const status = card === declinedCard ? 'declined' : 'succeeded'
  const made: Charge = { id: `ch_${records.charges.length + 1}`, reference, amount, card, status }
  const after = { ...records, charges: [...records.charges, made] }
  if (status === 'declined') return { status: 402, body: { error: { code: 'card_declined', message: 'The bank has declined the card.', charge: made.id } }, records: after }
  return { status: 201, body: made, records: after }
}

function refund(body: unknown, records: PaymentRecords): Outcome {
  const { charge: id, amount } = fields(body)
  const charged = records.charges.find((candidate) => candidate.id === id && candidate.status === 'succeeded')
  if (charged === undefined) return refused(404, 'resource_missing', `There is no successful charge ${String(id)}.`)
  const left = records.refunds.filter((other) => other.charge === id).reduce((rest, other) => rest - other.amount, charged.amount)
  const wanted = typeof amount === 'number' ? amount : left
  if (left === 0) return { ...refused(400, 'charge_already_refunded', `The charge ${charged.id} has been refunded already.`), records }
  if (!(wanted > 0) || wanted > left) return { ...refused(400, 'amount_too_large', `Of the charge ${charged.id}, ${left} are left to refund.`), records }
  const made: Refund = { id: `re_${records.refunds.length + 1}`, charge: charged.id, amount: wanted }
  return { status: 201, body: made, records: { ...records, refunds: [...records.refunds, made] } }
}

function refused(status: number, code: string, message: string): { readonly status: number; readonly body: Refused } {
  return { status, body: { error: { code, message } } }
}

function fields(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
}

/** The parameters of a request, whatever their order. */
function parameters(body: unknown): string {
  return JSON.stringify(Object.entries(fields(body)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function chargeOf(known: KnownKey | undefined): string | undefined {
  if (known === undefined) return undefined
  return 'id' in known.body ? known.body.id : known.body.error.charge
}
