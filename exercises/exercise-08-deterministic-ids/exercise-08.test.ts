import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type View } from '#lib/testing'
import type { PaymentBooked, PaymentReceived } from '#driveway'
import { marketing, type Customer } from './given.js'
import { orders, shipping } from './book-payment.js'

const oneCar: PaymentReceived = { type: 'PaymentReceived', customer: 'Erika', cars: [20_000], delivery: 0 }
const twoCars: PaymentReceived = { ...oneCar, cars: [20_000, 20_000] }
const carAndDelivery: PaymentReceived = { ...oneCar, cars: [500], delivery: 500 }

/** What is paid in a conversation, by message id. The name of one customer is the beginning of the other's, and so it is with ids. */
const payments = {
  m1: twoCars,
  m11: { ...oneCar, cars: [20_000], delivery: 500 },
  m10: { ...oneCar, cars: [30_000, 500] },
  m12: { ...carAndDelivery, customer: 'Erik' },
  m21: { ...carAndDelivery, customer: 'Erik' },
}
type PaymentId = keyof typeof payments
const pauses = { 'an hour passes': 3_600_000, 'eight days pass': 691_200_000 }

/** What happens in a conversation. A payment that occurs again is a copy. */
type Entry = PaymentId | keyof typeof pauses | 'redrive'

describe('exercise 08 · deterministic-ids', () => {
  test('★ marketing hears of every payment', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 1, shipping: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), 'orders has booked it': booked('orders', 20_000), ...oneEventForEach([20_000]) },
    }))

  test('★ one payment for two cars, at the same price', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(twoCars, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000), ...oneEventForEach([20_000, 20_000]) },
    }))

  test('★ two instalments of the same amount are two payments', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
        await from('bank').publish(oneCar, { id: 'm2' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000), ...oneEventForEach([20_000, 20_000]) },
    }))

  test('★ a cheap car and an expensive delivery, booked by two endpoints', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 1, shipping: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(carAndDelivery, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(1_000), ...oneEventForEach([500, 500]) },
    }))

  test('★ one payment for twelve cars, and another one for a car', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }, cars) {
        await from('bank').publish({ ...oneCar, cars }, { id: 'm1' })
        await from('bank').publish({ ...oneCar, cars: [1_000] }, { id: 'm11' })
      },
      given: fc.constant(Array.from({ length: 12 }, () => 1_000)), // drawn at random: twelve events that are published at once have too many orders to go through
      runs: 20,
      atRest: { 'marketing knows what the customer paid': marketingKnows(13_000) },
    }))

  test('★★ orders gets a copy of the message', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { copies: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), ...nothingIsGivenUp('orders', 'marketing') },
    }))

  test('★★ orders crashes, and comes back', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { crashes: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), ...nothingIsGivenUp('orders', 'marketing') },
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
      atRest: { 'orders has booked it': booked('orders', 60_000), ...oneEventForEach([20_000, 20_000, 20_000]), ...nothingIsGivenUp('orders') },
    }))

  test('★★ a copy comes eight days late, after many other payments', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from, wait }) {
        for (let number = 1; number <= 25; number += 1) {
          await from('bank').publish(oneCar, { id: `m${number}` })
          await wait(1_000)
        }
        await wait(pauses['eight days pass'])
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      atRest: { 'marketing knows what the customer paid': marketingKnows(500_000), 'orders has booked it': booked('orders', 500_000) },
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
      atRest: { 'orders has booked it': booked('orders', 20_000), ...oneEventForEach([20_000]), ...nothingIsGivenUp('orders') },
    }))

  test('★★★ a payment for two cars, through every crash, copy and ambiguous send', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(twoCars, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1, ambiguousSends: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000), 'orders has booked it': booked('orders', 40_000), ...nothingIsGivenUp('orders', 'marketing') },
    }))

  test('★★★ one payment and two consumers, through every crash, copy and ambiguous commit', () =>
    check({
      system: () => [orders, marketing],
      instances: { orders: 2, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(oneCar, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(20_000), 'orders has booked it': booked('orders', 20_000), ...nothingIsGivenUp('orders', 'marketing') },
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
      atRest: { 'marketing knows what the customer paid': marketingKnows(40_000), ...nothingIsGivenUp('orders', 'marketing') },
    }))

  test('★★★ two endpoints, through every crash and copy', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 1, shipping: 1, marketing: 1 },
      async scenario({ from }) {
        await from('bank').publish(carAndDelivery, { id: 'm1' })
      },
      faults: { crashes: 1, copies: 1 },
      atRest: { 'marketing knows what the customer paid': marketingKnows(1_000), 'shipping has booked it': booked('shipping', 500), ...nothingIsGivenUp('orders', 'shipping', 'marketing') },
    }))

  test('★★★ any conversation of two customers, at two consumers of each endpoint, with late copies', () =>
    check({
      system: () => [orders, shipping, marketing],
      instances: { orders: 2, shipping: 2, marketing: 1 },
      given: fc.array(fc.constantFrom<Entry>('m1', 'm10', 'm11', 'm12', 'm21', 'an hour passes', 'eight days pass', 'redrive'), { minLength: 1, maxLength: 8 }),
      async scenario({ from, wait, redrive }, conversation) {
        for (const entry of conversation) {
          if (entry === 'redrive') await redrive('orders')
          else if (entry in pauses) await wait(pauses[entry as keyof typeof pauses])
          else await from('bank').publish(payments[entry as PaymentId], { id: entry })
        }
        await redriveEvery(86_400_000, { wait, redrive }, 'orders', 'shipping', 'marketing')
      },
      runs: 100,
      faults: { crashes: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      broker: { maxDeliveries: 2 },
      atRest: { 'marketing knows what the customer paid': knowsWhatWasSent, 'the endpoints have booked it': bookedWhatWasSent, ...nothingIsGivenUp('orders', 'shipping', 'marketing') },
    }))
})

function marketingKnows(expected: number, customer = 'Erika') {
  return ({ stores }: View<'marketing'>): true | string => {
    const total = stores.marketing.get<Customer>('customers', customer)?.total ?? 0
    return total === expected || `${customer} has paid ${euros(expected)}, and marketing believes ${euros(total)}`
  }
}

function booked<Name extends 'orders' | 'shipping'>(where: Name, expected: number, customer = 'Erika') {
  return ({ stores }: View<Name>): true | string => {
    const balance = stores[where].get<{ balance: number }>('accounts', customer)?.balance ?? 0
    return balance === expected || `expected ${euros(expected)} in the account of ${customer} at ${where}, found ${euros(balance)}`
  }
}

/** However often one has left: an event is told from another by its id. */
function oneEventForEach(amounts: readonly number[]) {
  return {
    'there is one event for each car, and one for the delivery': ({ sent }: View): true | string => {
      const events = new Map(sent.flatMap(({ id, message }) => (message.type === 'PaymentBooked' ? [[id, (message as unknown as PaymentBooked).amount] as const] : [])))
      const [expected, found] = [inOrder(amounts), inOrder([...events.values()])]
      return expected === found || `expected PaymentBooked of ${expected}, found ${found}`
    },
  }
}

function nothingIsGivenUp<Name extends string>(...endpoints: readonly Name[]) {
  return {
    'no message is given up': ({ queues }: View<Name>): true | string => {
      for (const name of endpoints) {
        const [dead] = queues[name].deadLetters
        if (dead !== undefined) return `expected ${dead.id} to be handled by ${name}, found it in the dead-letter queue: ${dead.reason ?? ''}`
      }
      return true
    },
  }
}

/** What was sent determines what must be known in the end; the order and the copies make no difference. */
function knowsWhatWasSent(view: View<'marketing'>): true | string {
  return firstBroken(customersIn(view).map((customer) => marketingKnows(paid(customer, 'orders', view) + paid(customer, 'shipping', view), customer)(view)))
}

function bookedWhatWasSent(view: View<'orders' | 'shipping'>): true | string {
  return firstBroken(customersIn(view).flatMap((customer) => (['orders', 'shipping'] as const).map((where) => booked(where, paid(customer, where, view), customer)(view))))
}

function customersIn({ sent }: View): readonly string[] {
  return [...new Set(Object.entries(payments).flatMap(([id, { customer }]) => (sent.some((one) => one.id === id) ? [customer] : [])))]
}

function paid(customer: string, where: 'orders' | 'shipping', { sent }: View): number {
  const received = Object.entries(payments).filter(([id, payment]) => payment.customer === customer && sent.some((one) => one.id === id))
  return sum(received.flatMap(([, { cars, delivery }]) => (where === 'orders' ? cars : [delivery])))
}

function firstBroken(results: readonly (true | string)[]): true | string {
  return results.find((result) => result !== true) ?? true
}

function inOrder(amounts: readonly number[]): string {
  return amounts.length === 0 ? 'nothing' : [...amounts].sort((a, b) => a - b).map(euros).join(' and ')
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
