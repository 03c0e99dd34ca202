import { expect, test } from 'vitest'
import { drawPayments, isIn } from './payments.js'

test('each customer pays twice, so that a total says which payments are in it', () => {
  const payments = drawPayments(41, 1)
  expect(payments).toHaveLength(41)
  expect(new Set(payments.map(({ id }) => id)).size).toBe(41)
  const customers = [...new Set(payments.map(({ event }) => event.customer))].sort()
  expect(customers.map((customer) => payments.filter(({ event }) => event.customer === customer).map(({ event }) => event.amount).sort().join('+'))).toEqual([...Array.from({ length: 20 }, () => '60000+70000'), '60000'])
})

test('a seed repeats the order, and another one gives another', () => {
  const order = (seed: number): string => drawPayments(60, seed).map(({ id }) => id).join()
  expect(order(7)).toBe(order(7))
  expect(order(7)).not.toBe(order(8))
  expect(order(7)).not.toBe([...order(7).split(',')].sort().join())
})

test('a total has a payment in it, once or several times, or it has not', () => {
  expect([60_000, 120_000, 130_000].map((total) => isIn(total, 60_000))).toEqual([true, true, true])
  expect([undefined, 0, 70_000, '60000'].map((total) => isIn(total, 60_000))).toEqual([false, false, false, false])
})
