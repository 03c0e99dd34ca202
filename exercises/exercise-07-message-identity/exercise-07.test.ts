import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type View } from '#lib/testing'
import type { PaymentReceived } from '#driveway'
import { orders } from './book-payment.js'

const oneCar: PaymentReceived = { type: 'PaymentReceived', customer: 'Erika', cars: [20_000], delivery: 0 }
const twoCars: PaymentReceived = { ...oneCar, cars: [20_000, 5_000] }

/** Who pays how much in a conversation, by message id. The name of one customer is the beginning of the other's, and so it is with ids. */
const payments = { m1: 'Erika', m10: 'Erika', m11: 'Erika', m100: 'Erika', m2: 'Erik', m20: 'Erik' } as const
const amounts = { Erika: 20_000, Erik: 5_000 }
type PaymentId = keyof typeof payments
const pauses = { 'an hour passes': 3_600_000, 'eight days pass': 691_200_000 }

/** What happens in a conversation. A payment that occurs again is a copy. */
type Entry = PaymentId | keyof typeof pauses | 'redrive'

describe('exercise 07 · message-identity', () => {
  test('★ a payment for two cars is in the balance', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(twoCars, { id: 'm1' }),
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 25_000) },
    }))

  test('★ two payments of the same amount are two payments', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★ each customer has an account', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish({ ...oneCar, customer: 'Max', cars: [5_000] }, { id: 'm2' })
        await from('bank').publish(oneCar, { id: 'm3' })
      },
      atRest: { 'every payment is in the balance once': (view) => firstBroken([balanceOf('Erika', 40_000)(view), balanceOf('Max', 5_000)(view)]) },
    }))

  test('★★ the network makes a copy', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 20_000) },
    }))

  test('★★ orders crashes, and the message comes again', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { crashes: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 20_000) },
    }))

  test('★★ a copy comes after the next payment', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      faults: { copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★★ two payments at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★★ she has paid before, and two payments come at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from, wait }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await wait(1_000)
        await from('bank').publish(oneCar, { id: 'm2' })
        await from('bank').publish(oneCar, { id: 'm3' })
      },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 60_000) },
    }))

  test('★★ two copies of one message at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 20_000) },
    }))

  test('★★ a copy comes eight days late, after many other payments', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from, wait }) {
        for (let number = 1; number <= 25; number += 1) {
          await from('bank').publish(oneCar, { id: `m${number}` })
          await wait(1_000)
        }
        await wait(pauses['eight days pass'])
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 500_000) },
    }))

  test('★★ orders crashes and the payment is given up; a day later it is moved back from the dead-letter queue', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from, wait, redrive }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await redriveEvery(86_400_000, { wait, redrive }, 'orders')
      },
      faults: { crashes: 1 },
      broker: { maxDeliveries: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 20_000) },
    }))

  test('★★★ two consumers and one payment, through every crash, copy, stall and ambiguous commit', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { crashes: 1, copies: 1, stalls: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 20_000) },
    }))

  test('★★★ two payments, through every crash, copy, reordering, lost acknowledgement and ambiguous commit', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      faults: { crashes: 1, copies: 1, reorderings: 1, lostAcks: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★★★ two consumers and two payments, through every crash and copy', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      faults: { crashes: 1, copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★★★ two consumers and two payments, through every ambiguous commit', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      faults: { ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 40_000) },
    }))

  test('★★★ a copy comes a year late, after more payments than anybody would remember', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from, wait }) {
        for (let number = 1; number <= 120; number += 1) {
          await from('bank').publish(oneCar, { id: `m${number}` })
          await wait(1_000)
        }
        await wait(365 * 86_400_000)
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      atRest: { 'every payment is in the balance once': balanceOf('Erika', 2_400_000) },
    }))

  test('★★★ any conversation of two customers and two consumers, with late copies', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      given: fc.array(fc.constantFrom<Entry>('m1', 'm10', 'm11', 'm100', 'm2', 'm20', 'an hour passes', 'eight days pass', 'redrive'), { minLength: 1, maxLength: 10 }),
      async scenario({ from, wait, redrive }, conversation) {
        for (const entry of conversation) {
          if (entry === 'redrive') await redrive('orders')
          else if (entry in pauses) await wait(pauses[entry as keyof typeof pauses])
          else await from('bank').publish(paymentOf(entry as PaymentId), { id: entry })
        }
        await redriveEvery(86_400_000, { wait, redrive }, 'orders')
      },
      runs: 150,
      faults: { crashes: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 2 },
      atRest: { 'every payment is in the balance once': whatWasSent },
    }))
})

function paymentOf(id: PaymentId): PaymentReceived {
  return { type: 'PaymentReceived', customer: payments[id], cars: [amounts[payments[id]]], delivery: 0 }
}

/** What was sent determines what must be there in the end; the order and the copies make no difference. */
function whatWasSent(view: View<'orders'>): true | string {
  const ids = new Set(view.sent.map(({ id }) => id))
  const customers = Object.keys(amounts) as (keyof typeof amounts)[]
  return firstBroken(customers.map((customer) => balanceOf(customer, [...ids].filter((id) => payments[id as PaymentId] === customer).length * amounts[customer])(view)))
}

function firstBroken(results: readonly (true | string)[]): true | string {
  return results.find((result) => result !== true) ?? true
}

function balanceOf(customer: string, expected: number) {
  return (view: View<'orders'>): true | string => {
    const [dead] = view.queues.orders.deadLetters
    if (dead !== undefined) return `expected ${dead.id} in the account of ${customer}, found it in the dead-letter queue: ${dead.reason ?? ''}`
    return bookedOnce(customer, expected)(view)
  }
}

function bookedOnce(customer: string, expected: number) {
  return ({ stores }: View<'orders'>): true | string => {
    const balance = stores.orders.get<{ balance: number }>('accounts', customer)?.balance ?? 0
    if (balance === expected) return true
    const harm = balance > expected ? 'she may take a car that nobody paid for' : 'we owe her money, and nobody knows'
    return `expected ${euros(expected)} in the account of ${customer}, found ${euros(balance)}: ${customer === 'Erika' ? harm : harm.replace('she', 'he').replace('her', 'him')}`
  }
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
