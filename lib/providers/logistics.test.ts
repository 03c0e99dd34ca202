import { describe, expect, test } from 'vitest'
import { answerLogistics, queryLag, type LogisticsRecords } from './logistics.js'
import type { ThirdPartyRequest } from './third-party.js'

const nothing: LogisticsRecords = { shipments: [], refusals: [] }
const body = { reference: 'o1', car: 'Porsche 911', to: 'Köln' }

describe('the logistics provider', () => {
  test('ships at every call, whatever the reference', () => {
    const twice = ship(ship(nothing))
    expect(twice.shipments.map(({ id, reference }) => [id, reference])).toEqual([['sh_1', 'o1'], ['sh_2', 'o1']])
  })

  test.each([['Helgoland', 422], ['Hiddensee', 403], ['Juist', 409], ['Baltrum', 429]])('refuses to take cars to the island %s with %i, and ships nothing', (to, status) => {
    const { response, records } = answerLogistics(request('POST', { ...body, to }), nothing, { now: 0, underWay: [] })
    expect([response.status, records]).toEqual([status, { shipments: [], refusals: [{ reference: 'o1', to, status }] }])
  })

  test('does not understand a shipment without a destination', () => {
    expect(answerLogistics(request('POST', { reference: 'o1', car: 'Porsche 911' }), nothing, { now: 0, underWay: [] }).response.status).toBe(400)
  })

  test('shows a shipment a minute later, and not before', () => {
    const records = ship(nothing, 1_000)
    expect(find(records, 1_000 + queryLag - 1)).toEqual({ shipments: [] })
    expect(find(records, 1_000 + queryLag)).toMatchObject({ shipments: [{ id: 'sh_1' }] })
    expect(find(records, 1_000 + queryLag, 'o2')).toEqual({ shipments: [] })
  })
})

function ship(records: LogisticsRecords, now = 0): LogisticsRecords {
  return answerLogistics(request('POST', body), records, { now, underWay: [] }).records ?? records
}

function find(records: LogisticsRecords, now: number, reference = 'o1'): unknown {
  return answerLogistics({ ...request('GET'), query: { reference } }, records, { now, underWay: [] }).response.body
}

function request(method: 'GET' | 'POST', content?: unknown): ThirdPartyRequest {
  return { method, path: '/shipments', segments: ['shipments'], query: {}, headers: {}, body: content }
}
