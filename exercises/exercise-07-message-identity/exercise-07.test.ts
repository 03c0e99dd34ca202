import { describe, test } from 'vitest'
import { check, type View } from '#lib/testing'
import type { PaymentReceived } from '#driveway'
import { orders } from './book-payment.js'

const oneCar: PaymentReceived = { type: 'PaymentReceived', customer: 'Erika', cars: [20_000], delivery: 0 }
const twoCars: PaymentReceived = { ...oneCar, cars: [20_000, 5_000] }

describe('exercise 07 · message-identity', () => {
  test('★ a payment for two cars is in the balance', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(twoCars, { id: 'm1' }),
      atRest: { 'every payment is in the balance once': balanceOfErika(25_000) },
    }))

  test('★ two payments of the same amount are two payments', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'every payment is in the balance once': balanceOfErika(40_000) },
    }))

  test('★★ the network makes a copy', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOfErika(20_000) },
    }))

  test('★★ orders crashes, and the message comes again', () =>
    check({
      system: () => [orders],
      instances: { orders: 1 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { crashes: 1 },
      atRest: { 'every payment is in the balance once': balanceOfErika(20_000) },
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
      atRest: { 'every payment is in the balance once': balanceOfErika(40_000) },
    }))

  test('★★ two payments at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'every payment is in the balance once': balanceOfErika(40_000) },
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
      atRest: { 'every payment is in the balance once': balanceOfErika(60_000) },
    }))

  test('★★ two copies of one message at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { copies: 1 },
      atRest: { 'every payment is in the balance once': balanceOfErika(20_000) },
    }))

  test('★★★ two consumers and one payment, through every crash, copy, stall and ambiguous commit', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      scenario: ({ from }) => from('bank').publish(oneCar, { id: 'm1' }),
      faults: { crashes: 1, copies: 1, stalls: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'every payment is in the balance once': balanceOfErika(20_000) },
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
      atRest: { 'every payment is in the balance once': balanceOfErika(40_000) },
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
      atRest: { 'every payment is in the balance once': balanceOfErika(40_000) },
    }))
})

function balanceOfErika(expected: number) {
  return ({ stores, queues }: View<'orders'>): true | string => {
    const [dead] = queues.orders.deadLetters
    if (dead !== undefined) return `expected ${dead.id} in the account of Erika, found it in the dead-letter queue: ${dead.reason ?? ''}`
    const balance = stores.orders.get<{ balance: number }>('accounts', 'Erika')?.balance ?? 0
    if (balance === expected) return true
    const harm = balance > expected ? 'she may take a car that nobody paid for' : 'we owe her money, and nobody knows'
    return `expected ${euros(expected)} in the account of Erika, found ${euros(balance)}: ${harm}`
  }
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
