import { describe, expect, test } from 'vitest'
import { answerPayment, declinedCard, goodCard, keyRetention, type PaymentRecords } from './payments.js'
import type { ThirdPartyRequest } from './third-party.js'

const empty: PaymentRecords = { charges: [], refunds: [], keys: {} }
const body = { reference: 'o1', card: goodCard, amount: 89_000 }

describe('the payment provider', () => {
  test('charges at every call without a key', () => {
    const provider = start()
    expect(provider.post('/charges', body).status).toBe(201)
    expect(provider.post('/charges', body).status).toBe(201)
    expect(provider.records.charges.map(({ id, amount }) => [id, amount])).toEqual([['ch_1', 89_000], ['ch_2', 89_000]])
  })

  test('gives the first answer again for the same key and body, whatever the order of the fields', () => {
    const provider = start()
    const first = provider.post('/charges', body, { key: 'k' })
    expect(provider.post('/charges', { amount: 89_000, card: goodCard, reference: 'o1' }, { key: 'k', now: keyRetention - 1 })).toEqual(first)
    expect(provider.records.charges).toHaveLength(1)
  })

  test('answers 422 to the same key with another body, and does nothing', () => {
    const provider = start()
    provider.post('/charges', body, { key: 'k' })
    expect(provider.post('/charges', { ...body, amount: 88_000 }, { key: 'k' }).status).toBe(422)
    expect(provider.records.charges).toHaveLength(1)
  })

  test('answers 422 to the key of a charge in a refund', () => {
    const provider = start()
    provider.post('/charges', body, { key: 'k' })
    expect(provider.post('/refunds', { charge: 'ch_1' }, { key: 'k' }).status).toBe(422)
  })

  test('answers 409 while the first request with the key is under way, and remembers nothing of it', () => {
    const provider = start()
    expect(provider.post('/charges', body, { key: 'k', underWay: ['k'] }).status).toBe(409)
    expect(provider.post('/charges', body, { key: 'k', underWay: ['other'] }).status).toBe(201)
  })

  test('forgets a key after 24 hours: the same request is a new charge', () => {
    const provider = start()
    provider.post('/charges', body, { key: 'k' })
    expect(provider.post('/charges', body, { key: 'k', now: keyRetention }).body).toMatchObject({ id: 'ch_2' })
  })

  test('declines with 402, and remembers the decline with its key', () => {
    const provider = start()
    const first = provider.post('/charges', { ...body, card: declinedCard }, { key: 'k' })
    expect(first).toMatchObject({ status: 402, body: { error: { code: 'card_declined', charge: 'ch_1' } } })
    expect(provider.post('/charges', { ...body, card: declinedCard }, { key: 'k' })).toEqual(first)
    expect(provider.records.charges.map(({ status }) => status)).toEqual(['declined'])
  })

  test('does not remember a request that it did not understand', () => {
    const provider = start()
    expect(provider.post('/charges', { ...body, amount: 0 }, { key: 'k' }).status).toBe(400)
    expect(provider.post('/charges', body, { key: 'k' }).status).toBe(201)
  })

  test('shows a charge by its id and by its key, a declined one included', () => {
    const provider = start()
    provider.post('/charges', body, { key: 'a' })
    provider.post('/charges', { ...body, card: declinedCard }, { key: 'b' })
    expect(provider.get('/charges/ch_1')).toMatchObject({ status: 200, body: { status: 'succeeded' } })
    expect(provider.get('/charges', { idempotency_key: 'a' })).toMatchObject({ status: 200, body: { id: 'ch_1' } })
    expect(provider.get('/charges', { idempotency_key: 'b' })).toMatchObject({ status: 200, body: { id: 'ch_2', status: 'declined' } })
    expect(provider.get('/charges', { idempotency_key: 'c' }).status).toBe(404)
  })

  test('refunds what was charged, and never more', () => {
    const provider = start()
    provider.post('/charges', body)
    expect(provider.post('/refunds', { charge: 'ch_1', amount: 9_000 }).status).toBe(201)
    expect(provider.post('/refunds', { charge: 'ch_1', amount: 89_000 })).toMatchObject({ status: 400, body: { error: { code: 'amount_too_large' } } })
    expect(provider.post('/refunds', { charge: 'ch_1' })).toMatchObject({ status: 201, body: { id: 're_2', amount: 80_000 } })
    expect(provider.post('/refunds', { charge: 'ch_1' })).toMatchObject({ status: 400, body: { error: { code: 'charge_already_refunded' } } })
    expect(provider.post('/refunds', { charge: 'ch_9' }).status).toBe(404)
  })

  test('refunds once for one key', () => {
    const provider = start()
    provider.post('/charges', body)
    const first = provider.post('/refunds', { charge: 'ch_1' }, { key: 'r' })
    expect(provider.post('/refunds', { charge: 'ch_1' }, { key: 'r' })).toEqual(first)
    expect(provider.records.refunds).toHaveLength(1)
  })
})

interface Circumstances {
  readonly key?: string
  readonly now?: number
  readonly underWay?: readonly string[]
}

function start() {
  const provider = {
    records: empty,
    post: (path: string, content: unknown, circumstances: Circumstances = {}) => provider.send({ ...request('POST', path, circumstances.key), body: content }, circumstances),
    get: (path: string, query: Record<string, string> = {}) => provider.send({ ...request('GET', path), query }),
    send(given: ThirdPartyRequest, { now = 0, underWay = [] }: Circumstances = {}) {
      const { response, records } = answerPayment(given, provider.records, { now, underWay: underWay.map((key) => request('POST', '/charges', key)) })
      provider.records = records ?? provider.records
      return response
    },
  }
  return provider
}

function request(method: 'GET' | 'POST', path: string, key?: string): ThirdPartyRequest {
  return { method, path, segments: path.split('/').filter((part) => part !== ''), query: {}, headers: key === undefined ? {} : { 'idempotency-key': key }, body: undefined }
}
