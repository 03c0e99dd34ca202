import { describe, test } from 'vitest'
import { check, type View } from '#lib/testing'
import type { PaymentReceived } from '#driveway'
import { marketing, type Customer } from './given.js'
import { orders, shipping } from './book-payment.js'

const oneCar: PaymentReceived = { type: 'PaymentReceived', customer: 'Erika', cars: [20_000], delivery: 0 }
const twoCars: PaymentReceived = { ...oneCar, cars: [20_000, 20_000] }
const carAndDelivery: PaymentReceived = { ...oneCar, cars: [500], delivery: 500 }

describe('exercise 08 · deterministic-ids', () => {
  test('★ marketing hears of every payment', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), 'orders has booked it': booked('orders', 20_000) },
    }))

  test('★ one payment for two cars, at the same price', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(twoCars, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000) },
    }))

  test('★ two instalments of the same amount are two payments', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000) },
    }))

  test('★ a cheap car and an expensive delivery, booked by two endpoints', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 1, shipping: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(carAndDelivery, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(1_000) },
    }))

  test('★★ orders gets a copy of the message', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { copies: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000) },
    }))

  test('★★ orders crashes, and comes back', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { crashes: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000) },
    }))

  test('★★ Erika has paid before, and two payments come at the same time, at two consumers', () =>
    check({
      system: () => [orders],
      instances: { orders: 2 },
      async scenario({ from, wait }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await wait(1_000)
        await from('bank').publish(oneCar, { id: 'm2' })
        await from('bank').publish(oneCar, { id: 'm3' })
      },
      atRest: { 'orders has booked it': booked('orders', 60_000) },
    }))

  test('★★★ a payment for two cars, through every crash, copy and ambiguous send', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(twoCars, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1, ambiguousSends: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000), 'orders has booked it': booked('orders', 40_000) },
    }))

  test('★★★ one payment and two consumers, through every crash, copy and ambiguous commit', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 2, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), 'orders has booked it': booked('orders', 20_000) },
    }))

  test('★★★ two instalments, through every crash, copy and reordering', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      faults: { crashes: 1, copies: 1, reorderings: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000) },
    }))

  test('★★★ two endpoints, through every crash and copy', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 1, shipping: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(carAndDelivery, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(1_000), 'shipping has booked it': booked('shipping', 500) },
    }))
})

function marketingKnows(expected: number) {
  return ({ stores }: View<'marketing'>): true | string => {
    const total = stores.marketing.get<Customer>('customers', 'Erika')?.total ?? 0
    return total === expected || `Erika has paid ${euros(expected)}, and marketing believes ${euros(total)}`
  }
}

function booked<Name extends 'orders' | 'shipping'>(where: Name, expected: number) {
  return ({ stores }: View<Name>): true | string => {
    const balance = stores[where].get<{ balance: number }>('accounts', 'Erika')?.balance ?? 0
    return balance === expected || `expected ${euros(expected)} in the account of Erika at ${where}, found ${euros(balance)}`
  }
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
