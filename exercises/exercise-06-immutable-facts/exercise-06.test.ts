import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type Scenario, type View } from '#lib/testing'
import type { BookPayment, CancelPayment } from '#driveway'
import { billing } from './payments.js'

/** In euros. All the others are the same. */
const amounts: Readonly<Record<string, number>> = { p1: 20_000, p2: 5_000, p3: 100 }
const amountOf = (paymentId: string): number => amounts[paymentId] ?? 5_000

/** One message of a history, in short. */
type Entry = `book ${string}` | `cancel ${string}`

/** What can happen in a generated history: more payments than anybody would remember. Their ids begin alike, and so do those of two orders. */
const payments = Array.from({ length: 24 }, (_, index) => `p${index + 1}`)
const entries = [...payments.map((id) => `book ${id}` as const), ...payments.filter((_, index) => index % 3 !== 2).map((id) => `cancel ${id}` as const)]
const orderOf = (entry: Entry): string => (/p1[45]$/.test(entry) ? 'o2' : /p1[123]$/.test(entry) ? 'o10' : 'o1')
const pauses: Readonly<Record<string, number>> = { 'an hour': 3_600_000, 'eight days': 8 * 86_400_000 }

describe('exercise 06 · immutable-facts', () => {
  test('★ two payments add up', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'book p2']),
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★ a payment is cancelled, and the customer pays again', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1', 'book p2']),
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★ each order has payments of its own', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      async scenario(scenario) {
        await send(scenario, ['book p1', 'book p3', 'cancel p3'], 'o1')
        await send(scenario, ['book p2'], 'o2')
      },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★ the network makes a copy, and it comes out of turn', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1']),
      faults: { copies: 1 },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★ the cancellation overtakes its booking', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['cancel p1', 'book p1']),
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★ the booking comes an hour after its cancellation, and once more after eight days', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      async scenario(scenario) {
        await send(scenario, ['cancel p1'])
        await scenario.wait(3_600_000)
        await send(scenario, ['book p1', 'book p2'])
        await scenario.wait(8 * 86_400_000)
        await send(scenario, ['book p1', 'book p2'])
      },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★ billing crashes after a booking, and the cancellation is faster than the second attempt', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1']),
      faults: { crashes: 1 },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★ she has paid before, and two payments come at the same time, at two consumers', () =>
    check({
      system: () => [billing],
      instances: { billing: 2 },
      async scenario(scenario) {
        await send(scenario, ['book p1'])
        await scenario.wait(1_000)
        await send(scenario, ['book p2', 'book p3'])
      },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★★ any history of payments for three orders, in any order, with any copies, over days', () =>
    check({
      system: () => [billing],
      instances: { billing: 2 },
      given: fc.array(fc.constantFrom<Entry | 'an hour' | 'eight days' | 'redrive'>(...entries, 'an hour', 'eight days', 'redrive'), { minLength: 1, maxLength: 70, size: 'max' }),
      async scenario(scenario, history) {
        for (const [index, entry] of history.entries()) {
          if (entry === 'an hour' || entry === 'eight days') await scenario.wait(pauses[entry] ?? 0)
          else if (entry === 'redrive') await scenario.redrive('billing')
          // Every third time, the bank is in doubt and sends it under a new id.
          else await scenario.from('bank').send('billing', messageFor(entry, orderOf(entry)), { id: index % 3 === 2 ? `m${index}` : idOf(entry) })
        }
        await redriveEvery(86_400_000, scenario, 'billing')
      },
      faults: { crashes: 1, lostAcks: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 2 },
      runs: 40,
      maxSteps: 2_000,
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★★ a booking and its cancellation, through every crash, copy, reordering and ambiguous commit', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1']),
      faults: { crashes: 1, copies: 1, reorderings: 1, ambiguousCommits: 1 },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★★ a cancelled payment and another one, through every crash, copy and order', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1', 'book p2']),
      faults: { crashes: 1, copies: 1, reorderings: 2 },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))

  test('★★★ two consumers, through every copy and ambiguous commit', () =>
    check({
      system: () => [billing],
      instances: { billing: 2 },
      scenario: (scenario) => send(scenario, ['book p1', 'cancel p1']),
      faults: { copies: 1, ambiguousCommits: 1 },
      atRest: { 'an order shows the money that came and stayed': showsWhatStayed },
    }))
})

/** Sends the messages of a history. Those with the same content are the same message: copies, under one id. */
async function send(scenario: Scenario, history: readonly Entry[], orderId = 'o1'): Promise<void> {
  for (const entry of history) await scenario.from('bank').send('billing', messageFor(entry, orderId), { id: idOf(entry) })
}

const idOf = (entry: Entry): string => entry.replace(' ', '-')

function messageFor(entry: Entry, orderId: string): BookPayment | CancelPayment {
  const [verb, paymentId] = entry.split(' ') as ['book' | 'cancel', string]
  return verb === 'book'
    ? { type: 'BookPayment', orderId, paymentId, amount: amountOf(paymentId) }
    : { type: 'CancelPayment', orderId, paymentId }
}

/** What was sent determines what must be there in the end; the order, and how often, make no difference. */
function showsWhatStayed({ stores, queues, sent }: View<'billing'>): true | string {
  const [dead] = queues.billing.deadLetters
  if (dead !== undefined) return `expected ${dead.id} in the statement, found it in the dead-letter queue: ${dead.reason ?? ''}`
  const messages = sent.map(({ message }) => message as unknown as BookPayment | CancelPayment)
  for (const orderId of new Set(messages.map((message) => message.orderId))) {
    const ofOrder = messages.filter((message) => message.orderId === orderId)
    const booked = new Set(ofOrder.flatMap((message) => (message.type === 'BookPayment' ? [message.paymentId] : [])))
    const cancelled = new Set(ofOrder.flatMap((message) => (message.type === 'CancelPayment' ? [message.paymentId] : [])))

    const valid = [...booked].filter((paymentId) => !cancelled.has(paymentId))
    const expected = valid.reduce((sum, paymentId) => sum + amountOf(paymentId), 0)
    const found = stores.billing.get<{ paid: number }>('statements', orderId)?.paid ?? 0
    if (found !== expected) return `expected ${euros(expected)} paid for order ${orderId}, found ${euros(found)}: booked ${list(booked)}, cancelled ${list(cancelled)}`
  }
  return true
}

function list(paymentIds: ReadonlySet<string>): string {
  return paymentIds.size === 0 ? 'none' : [...paymentIds].sort().join(' and ')
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
