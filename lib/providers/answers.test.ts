import { describe, expect, test } from 'vitest'
import type { Json } from '../simulation/index.js'
import { answerEmail, emailProvider, emailRecords } from './emails.js'
import { answerLogistics, backlog, logisticsProvider, logisticsRecords, queryLag, type LogisticsRecords } from './logistics.js'
import { answerPayment, declinedCard, goodCard, keyRetention, paymentProvider, paymentRecords, type PaymentRecords } from './payments.js'
import type { ThirdPartyRequest } from './third-party.js'

/** `POST /charges/7?a=b` as a third party sees it. */
function request(line: string, body?: Json, headers: Readonly<Record<string, string>> = {}): ThirdPartyRequest {
  const [method = '', url = ''] = line.split(' ')
  const { pathname, searchParams } = new URL(url, 'http://x')
  return { method: method as ThirdPartyRequest['method'], path: pathname, segments: pathname.split('/').filter((part) => part !== ''), query: Object.fromEntries(searchParams), headers, body }
}

const moment = { now: 5, underWay: [] }
const payments: PaymentRecords = { charges: [], refunds: [], keys: {} }
const logistics: LogisticsRecords = { shipments: [], refusals: [] }
const charge = { amount: 7, card: goodCard, reference: 'o1' }

describe('times', () => {
  test('are those of the documentation', () => {
    expect([keyRetention, queryLag, backlog]).toEqual([86_400_000, 60_000, 172_800_000])
  })
})

describe('what a promise sees', () => {
  test('are the books of that provider', () => {
    expect([paymentProvider().name, logisticsProvider().name, emailProvider().name]).toEqual(['payments', 'logistics', 'emails'])
    const ledgers = { payments, logistics, emails: { delivered: [] } }
    expect(paymentRecords(ledgers)).toBe(payments)
    expect(logisticsRecords(ledgers)).toBe(logistics)
    expect(emailRecords(ledgers)).toBe(ledgers.emails)
  })
})

describe('the payment provider', () => {
  const answer = (line: string, body?: Json, records: PaymentRecords = payments, headers: Readonly<Record<string, string>> = {}, underWay: readonly ThirdPartyRequest[] = []) => answerPayment(request(line, body, headers), records, { ...moment, underWay })
  const one: PaymentRecords = { charges: [{ id: 'ch_1', reference: 'o1', amount: 7, card: goodCard, status: 'succeeded' }], refunds: [], keys: {} }

  test('knows charges and refunds', () => {
    expect(answer('POST /charges', charge)).toEqual({ response: { status: 201, body: one.charges[0] }, records: one })
    expect(answer('POST /refunds', { charge: 'ch_1' }, one)).toEqual({ response: { status: 201, body: { id: 're_1', charge: 'ch_1', amount: 7 } }, records: { ...one, refunds: [{ id: 're_1', charge: 'ch_1', amount: 7 }] } })
    expect(answer('GET /charges/ch_1', undefined, one)).toEqual({ response: { status: 200, body: one.charges[0] } })
  })

  test.each(['GET /', 'POST /', 'GET /refunds', 'POST /charges/ch_1', 'POST /refunds/1', 'PUT /charges', 'DELETE /charges/ch_1', 'POST /payments'])('knows no %s', (line) => {
    const { method, path } = request(line)
    expect(answer(line, charge, one)).toEqual({ response: { status: 404, body: { error: { code: 'unknown_url', message: `There is no ${method} ${path} here.` } } } })
  })

  test.each(['GET /charges/ch_2', 'GET /charges', 'GET /charges?idempotency_key=k'])('finds nothing at %s', (line) => {
    expect(answer(line, undefined, one)).toEqual({ response: { status: 404, body: { error: { code: 'resource_missing', message: 'There is no such charge.' } } } })
  })

  test.each<[Json]>([[null], ['text'], [{}], [{ ...charge, amount: 0 }], [{ ...charge, amount: -1 }], [{ ...charge, amount: '7' }], [{ amount: 7, card: goodCard }], [{ amount: 7, reference: 'o1' }], [{ card: goodCard, reference: 'o1' }]])('does not understand the charge %j', (body) => {
    expect(answer('POST /charges', body)).toEqual({ response: { status: 400, body: { error: { code: 'parameter_invalid', message: 'A charge needs an amount above 0, a card and a reference.' } } }, records: payments })
  })

  test('declines a card, and keeps that in its books', () => {
    expect(answer('POST /charges', { ...charge, card: declinedCard })).toEqual({
      response: { status: 402, body: { error: { code: 'card_declined', message: 'The bank has declined the card.', charge: 'ch_1' } } },
      records: { ...payments, charges: [{ id: 'ch_1', reference: 'o1', amount: 7, card: declinedCard, status: 'declined' }] },
    })
  })

  test('refunds what was charged and is left, and says what is wrong with anything else', () => {
    const refused = (status: number, code: string, message: string): object => ({ response: { status, body: { error: { code, message } } } })
    const declined: PaymentRecords = { ...one, charges: [{ id: 'ch_1', reference: 'o1', amount: 7, card: declinedCard, status: 'declined' }] }
    expect(answer('POST /refunds', { charge: 'ch_1' }, declined)).toMatchObject(refused(404, 'resource_missing', 'There is no successful charge ch_1.'))
    expect(answer('POST /refunds', null, one)).toMatchObject(refused(404, 'resource_missing', 'There is no successful charge undefined.'))
    expect(answer('POST /refunds', { charge: 'ch_1', amount: 8 }, one)).toMatchObject(refused(400, 'amount_too_large', 'Of the charge ch_1, 7 are left to refund.'))
    expect(answer('POST /refunds', { charge: 'ch_1', amount: 0 }, one)).toMatchObject(refused(400, 'amount_too_large', 'Of the charge ch_1, 7 are left to refund.'))
    const partly: PaymentRecords = { ...one, refunds: [{ id: 're_1', charge: 'ch_9', amount: 7 }, { id: 're_2', charge: 'ch_1', amount: 3 }] }
    expect(answer('POST /refunds', { charge: 'ch_1' }, partly)).toMatchObject({ response: { status: 201, body: { id: 're_3', amount: 4 } } })
    expect(answer('POST /refunds', { charge: 'ch_1', amount: 4 }, partly)).toMatchObject({ response: { status: 201 } })
    const wholly: PaymentRecords = { ...one, refunds: [{ id: 're_1', charge: 'ch_1', amount: 7 }] }
    expect(answer('POST /refunds', { charge: 'ch_1' }, wholly)).toEqual({ ...refused(400, 'charge_already_refunded', 'The charge ch_1 has been refunded already.'), records: wholly })
  })

  test('remembers with a key what it did, and what it refused once it had looked', () => {
    const key = { 'idempotency-key': 'k' }
    const { records = payments } = answer('POST /refunds', { charge: 'ch_1' }, { ...one, refunds: [{ id: 're_1', charge: 'ch_1', amount: 7 }] }, key)
    expect(records.keys).toEqual({ k: { request: '/refunds [["charge","ch_1"]]', status: 400, body: { error: { code: 'charge_already_refunded', message: 'The charge ch_1 has been refunded already.' } }, at: 5 } })
    const charged = answer('POST /charges', charge, payments, key).records ?? payments
    expect(charged.keys).toEqual({ k: { request: '/charges [["amount",7],["card","pm_card_visa"],["reference","o1"]]', status: 201, body: charged.charges[0], at: 5 } })
    expect(answer('POST /charges', { ...charge, amount: 8 }, charged, key)).toEqual({ response: { status: 422, body: { error: { code: 'idempotency_key_reused', message: 'The key k came first with another body.' } } } })
    expect(answer('POST /charges', charge, charged, { 'idempotency-key': 'other' }).records?.keys).toMatchObject({ k: { status: 201 }, other: { status: 201 } })
    expect(answer('POST /refunds', { charge: 'ch_9' }, one, key)).toEqual({ response: { status: 404, body: { error: { code: 'resource_missing', message: 'There is no successful charge ch_9.' } } } })
  })

  test('does not begin what is under way', () => {
    const key = { 'idempotency-key': 'k' }
    expect(answer('POST /charges', charge, payments, key, [request('POST /charges', charge, { 'idempotency-key': 'a' }), request('POST /charges', charge, key)])).toEqual({ response: { status: 409, body: { error: { code: 'idempotency_key_in_use', message: 'The first request with the key k is still under way.' } } } })
  })

  test('knows what was charged before, where it is told so', () => {
    const [first] = one.charges
    expect(first).toBeDefined()
    expect(paymentProvider(first === undefined ? {} : { charges: [first] })).toMatchObject({ name: 'payments', kind: 'third-party' })
  })
})

describe('the logistics provider', () => {
  const body = { reference: 'o1', car: 'Fiat Panda', to: 'Köln' }
  const answer = (line: string, content?: Json, records = logistics) => answerLogistics(request(line, content), records, moment)

  test('ships a car', () => {
    expect(answer('POST /shipments', body)).toEqual({ response: { status: 201, body: { id: 'sh_1', ...body, at: 5 } }, records: { shipments: [{ id: 'sh_1', ...body, at: 5 }], refusals: [] } })
  })

  test.each([['Helgoland', 422, 'No cars on Helgoland.'], ['Hiddensee', 403, 'Private cars are forbidden on Hiddensee.'], ['Juist', 409, 'The ferry to Juist is full.'], ['Baltrum', 429, "Baltrum takes one car a day, and today's has left."]])('does not go to %s, and says so by %d', (to, status, error) => {
    const before: LogisticsRecords = { shipments: [], refusals: [{ reference: 'o0', to: 'Juist', status: 409 }] }
    expect(answer('POST /shipments', { ...body, to }, before)).toEqual({ response: { status, body: { error } }, records: { shipments: [], refusals: [...before.refusals, { reference: 'o1', to, status }] } })
  })

  test.each(['GET /', 'POST /', 'POST /shipments/1', 'POST /cars', 'GET /shipments/sh_1'])('knows no %s', (line) => {
    const { method, path } = request(line)
    expect(answer(line, body)).toEqual({ response: { status: 404, body: { error: `There is no ${method} ${path} here.` } } })
  })

  test('takes POST and GET', () => {
    for (const line of ['PUT /shipments', 'DELETE /shipments']) expect(answer(line, body)).toEqual({ response: { status: 405, body: { error: 'POST or GET.' } } })
  })

  test.each<[Json | undefined]>([[undefined], [{ car: 'x', to: 'y' }], [{ reference: 'o1', to: 'y' }], [{ reference: 'o1', car: 'x' }], [{ reference: 1, car: 'x', to: 'y' }]])('does not understand the shipment %j', (content) => {
    expect(answer('POST /shipments', content)).toEqual({ response: { status: 400, body: { error: 'A shipment needs a reference, a car, and where it goes.' } } })
  })

  test('shows what was shipped under a reference, a minute later', () => {
    const shipped = (reference: string, at: number) => ({ id: `${reference} ${at}`, ...body, reference, at })
    const records: LogisticsRecords = { shipments: [shipped('o1', 0), shipped('o2', 0), shipped('o1', 1)], refusals: [] }
    expect(answerLogistics(request('GET /shipments?reference=o1'), records, { now: queryLag, underWay: [] })).toEqual({ response: { status: 200, body: { shipments: [shipped('o1', 0)] } } })
  })
})

describe('the e-mail provider', () => {
  const mail = { to: 'Erika', subject: 'Hello' }
  const answer = (line: string, content?: Json) => answerEmail(request(line, content), { delivered: [{ to: 'Max', subject: 'First' }] }, moment)

  test('delivers every mail', () => {
    expect(answer('POST /emails', mail)).toEqual({ response: { status: 202, body: { status: 'queued' } }, records: { delivered: [{ to: 'Max', subject: 'First' }, mail] } })
    expect(answer('POST /emails', { ...mail, more: 1 }).records?.delivered).toContainEqual(mail)
  })

  test.each(['GET /emails', 'POST /', 'POST /emails/1', 'POST /mails'])('knows no %s', (line) => {
    const { method, path } = request(line)
    expect(answer(line, mail)).toEqual({ response: { status: 404, body: { error: `There is no ${method} ${path} here.` } } })
  })

  test.each<[Json | undefined]>([[undefined], [{ to: 'Erika' }], [{ subject: 'Hello' }], [{ to: 1, subject: 'Hello' }], [{ to: 'Erika', subject: 1 }]])('does not understand the mail %j', (content) => {
    expect(answer('POST /emails', content)).toEqual({ response: { status: 400, body: { error: 'A mail needs somebody to go to, and a subject.' } } })
  })
})
