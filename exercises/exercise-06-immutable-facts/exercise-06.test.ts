import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { BookPayment, CancelPayment } from '#driveway'
import { billing } from './payments.js'

const amounts = { p1: 20_000, p2: 5_000, p3: 100 }
type PaymentId = keyof typeof amounts

/** One message of a history, in short. */
type Entry = `book ${PaymentId}` | `cancel ${PaymentId}`

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

  test('★★★ any history of three payments, in any order, any copies, and a crash', () =>
    check({
      system: () => [billing],
      instances: { billing: 1 },
      given: fc.array(fc.constantFrom<Entry>('book p1', 'book p2', 'book p3', 'cancel p1', 'cancel p2'), { minLength: 1, maxLength: 8 }),
      scenario: (scenario, history) => send(scenario, history),
      faults: { crashes: 1 },
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
  for (const entry of history) await scenario.from('bank').send('billing', messageFor(entry, orderId), { id: entry.replace(' ', '-') })
}

function messageFor(entry: Entry, orderId: string): BookPayment | CancelPayment {
  const [verb, paymentId] = entry.split(' ') as ['book' | 'cancel', PaymentId]
  return verb === 'book'
    ? { type: 'BookPayment', orderId, paymentId, amount: amounts[paymentId] }
    : { type: 'CancelPayment', orderId, paymentId }
}

/** What was sent determines what must be there in the end; the order, and how often, make no difference. */
function showsWhatStayed({ stores, queues, sent }: View<'billing'>): true | string {
  const [dead] = queues.billing.deadLetters
  if (dead !== undefined) return `expected ${dead.id} in the statement, found it in the dead-letter queue: ${dead.reason ?? ''}`
  const messages = sent.map(({ message }) => message as unknown as BookPayment | CancelPayment)
  for (const orderId of new Set(messages.map((message) => message.orderId))) {
    const ofOrder = messages.filter((message) => message.orderId === orderId)
    const booked = new Set(ofOrder.flatMap((message) => (message.type === 'BookPayment' ? [message.paymentId as PaymentId] : [])))
    const cancelled = new Set(ofOrder.flatMap((message) => (message.type === 'CancelPayment' ? [message.paymentId as PaymentId] : [])))

    const valid = [...booked].filter((paymentId) => !cancelled.has(paymentId))
    const expected = valid.reduce((sum, paymentId) => sum + amounts[paymentId], 0)
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
