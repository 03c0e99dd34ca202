import { describe, expect, test } from 'vitest'
import { endpoint, insert } from '../index.js'
import { explore, type CheckOptions } from '../exploration/index.js'
import { emailProvider, emailRecords } from './emails.js'
import { logisticsProvider, logisticsRecords, queryLag } from './logistics.js'
import { paymentProvider, paymentRecords } from './payments.js'

const charge = { reference: 'o1', card: 'pm_card_visa', amount: 5 }
const key = { headers: { 'Idempotency-Key': 'k' } }

/** What different executions end with, collected by a promise that is always kept. */
async function outcomes(options: Omit<CheckOptions, 'scenario' | 'atRest'> & { readonly look: (ledgers: Readonly<Record<string, unknown>>, noted: unknown) => unknown }): Promise<string[]> {
  const seen = new Set<string>()
  const { look, ...rest } = options
  const finding = await explore({
    ...rest,
    scenario: async (outside) => outside.send('client', { type: 'Go' }),
    atRest: {
      looked: ({ ledgers, stores }) => {
        seen.add(JSON.stringify(look(ledgers, stores['client']?.list('notes') ?? [])))
        return true
      },
    },
  })
  expect(finding.verdict).toBe('passed')
  return [...seen].sort()
}

describe('a third party on its bad days', () => {
  test('charges once for one key, whatever becomes of the answers', async () => {
    const client = endpoint('client', {
      async Go(_message: { type: 'Go' }, context) {
        const { status } = await context.http.post('http://payments/charges', charge, key)
        if (status !== 201) throw new Error(String(status))
      },
    }, { instances: 1 })
    const faults = { lostRequests: 1, lostResponses: 1, serverErrors: 1, slowResponses: 1, crashes: 1 }
    expect(await outcomes({ system: () => [client, paymentProvider()], faults, broker: { maxDeliveries: 10 }, look: (ledgers) => paymentRecords(ledgers).charges.length })).toEqual(['1'])
  })

  test('answers 409 while it still works on the first request, but not for ever', async () => {
    const client = endpoint('client', {
      async Go(_message: { type: 'Go' }, context) {
        const answers: unknown[] = []
        for (const pause of [0, 0, 5_000]) {
          await new Promise((resolve) => setTimeout(resolve, pause))
          answers.push(await context.http.post('http://payments/charges', charge, key).then(({ status }) => status, () => 'none'))
        }
        await context.store.commit(insert('notes', 'n', answers))
      },
    }, { instances: 1 })
    const seen = await outcomes({ system: () => [client, paymentProvider()], faults: { slowResponses: 1 }, look: (ledgers, noted) => [paymentRecords(ledgers).charges.length, noted] })
    expect(seen).toContain('[1,[["none",409,201]]]')
    expect(seen).toContain('[1,[["none",201,201]]]')
    expect(seen.every((outcome) => outcome.startsWith('[1,'))).toBe(true)
  })

  test('forgets a key in virtual time', async () => {
    const client = endpoint('client', {
      async Go(_message: { type: 'Go' }, context) {
        await context.http.post('http://payments/charges', charge, key)
        await new Promise((resolve) => setTimeout(resolve, 24 * 60 * 60 * 1000))
        await context.http.post('http://payments/charges', charge, key)
      },
    }, { instances: 1 })
    expect((await outcomes({ system: () => [client, paymentProvider()], broker: { lockDuration: 48 * 60 * 60 * 1000 }, look: (ledgers) => paymentRecords(ledgers).charges.length }))).toEqual(['2'])
  })

  test('shows a shipment after the lag, and ships from its backlog after two days', async () => {
    const client = endpoint('client', {
      async Go(_message: { type: 'Go' }, context) {
        const body = { reference: 'o1', car: 'Fiat Panda', to: 'Köln' }
        const status = await context.http.post('http://logistics/shipments', body).then((answer) => answer.status, () => 'none')
        const found: unknown[] = [status]
        for (const pause of [0, queryLag]) {
          await new Promise((resolve) => setTimeout(resolve, pause))
          const { body: list } = await context.http.get('http://logistics/shipments?reference=o1')
          found.push((list as { shipments: unknown[] }).shipments.length)
        }
        await context.store.commit(insert('notes', 'n', found))
      },
    }, { instances: 1 })
    const look = (ledgers: Readonly<Record<string, unknown>>, noted: unknown): unknown => [logisticsRecords(ledgers).shipments.length, noted]
    const broker = { lockDuration: 48 * 60 * 60 * 1000 }
    expect(await outcomes({ system: () => [client, logisticsProvider()], broker, look })).toEqual(['[1,[[201,0,1]]]'])
    expect(await outcomes({ system: () => [client, logisticsProvider()], broker, faults: { slowResponses: 1 }, look })).toEqual(expect.arrayContaining(['[1,[["none",0,0]]]']))
  })

  test('delivers a mail twice now and then', async () => {
    const client = endpoint('client', {
      async Go(_message: { type: 'Go' }, context) {
        await context.http.post('http://emails/emails', { to: 'Erika', subject: 'Your car is on its way' })
      },
    }, { instances: 1 })
    const seen = await outcomes({ system: () => [client, emailProvider()], faults: { copies: 1 }, look: (ledgers) => emailRecords(ledgers).delivered.length })
    expect(seen).toContain('1')
    expect(seen).toContain('2')
  })
})
