import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, outagesOf, type View } from '#lib/testing'
import type { Order, SubmitOrder } from '#driveway'
import { checkCreditAndStoreOrder, creditCheck, orders, storeOrder, type Assessment } from './given.js'
import { receiveOrders } from './receive-orders.js'

/** An order as it was sent: in `poison` the price is no number. */
type Sent = Omit<SubmitOrder, 'price'> & { readonly price: unknown }

const porsche: SubmitOrder = { type: 'SubmitOrder', cartId: 'c1', customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const beetle: SubmitOrder = { type: 'SubmitOrder', cartId: 'c2', customer: 'Max', car: 'VW Beetle', price: 4_500 }
/** From an old form in which the price was a text. No retry will ever turn it into a number. */
const poison: Sent = { type: 'SubmitOrder', cartId: 'c9', customer: 'Otto', car: 'Bugatti', price: 'on request' }

/** The orders of a generated history. One cart's id may be the beginning of another's. */
const historic: Readonly<Record<string, Sent>> = {
  c1: porsche,
  c2: beetle,
  c9: poison,
  c10: { type: 'SubmitOrder', cartId: 'c10', customer: 'Erika', car: 'VW Beetle', price: 4_500 },
  c12: { type: 'SubmitOrder', cartId: 'c12', customer: 'Max', car: 'Trabant', price: 500 },
  c99: { ...poison, cartId: 'c99' },
}
/** For how many attempts the credit check is down, by cart. */
const outages: Readonly<Record<string, number>> = { c2: 1, c10: 2, c12: Infinity }

describe('exercise 04 · when to ack', () => {
  test('★ an order that arrives is kept', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
        await from('web').send('orders', beetle, { id: 'm2' })
      },
      atRest: { 'no order is lost': kept(porsche, beetle), 'orders stays up': staysUp },
    }))

  test('★★ the process crashes in the middle', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      faults: { crashes: 1 },
      atRest: { 'no order is lost': kept(porsche), 'orders stays up': staysUp },
    }))

  test('★★ the credit check is down for four attempts, and is not hammered', () =>
    check({
      system: () => [orders(receiveOrders, checkCreditAndStoreOrder), creditCheck({ failures: () => 4 })],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      atRest: { 'no order is lost': kept(porsche), 'each attempt waits longer than the one before': waitsLonger, 'orders stays up': staysUp },
    }))

  test('★★ an order that can never be handled is set aside, and the one behind it gets through', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', poison, { id: 'm1' })
        await from('web').send('orders', beetle, { id: 'm2' })
      },
      atRest: { 'what cannot be handled is set aside, with the reason': setAside, 'no order is lost': kept(beetle), 'orders stays up': staysUp },
    }))

  test('★★ two consumers take turns at an order that always fails, five times in all', () =>
    check({
      system: () => [orders(receiveOrders, checkCreditAndStoreOrder), creditCheck({ failures: () => Infinity })],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      atRest: { 'after five attempts somebody looks at it': fiveAttempts, 'each attempt waits longer than the one before': waitsLonger, 'orders stays up': staysUp },
    }))

  test('★★ the lock expires while the order is being handled', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      faults: { stalls: 1 },
      atRest: { 'orders stays up': staysUp, 'no order is lost': kept(porsche) },
    }))

  test('★★★ one order, through every crash, stall, lost acknowledgement and ambiguous commit', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      faults: { crashes: 1, stalls: 1, lostAcks: 1, ambiguousCommits: 1 },
      atRest: { 'no order is lost': kept(porsche), 'orders stays up': staysUp },
    }))

  test('★★★ two consumers and a copy of the order, through every crash and stall', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      faults: { crashes: 1, stalls: 1, copies: 1 },
      atRest: { 'no order is lost': kept(porsche), 'orders stays up': staysUp },
    }))

  test('★★★ the fifth delivery is handled, and the broker may not hear of it', () =>
    check({
      system: () => [orders(receiveOrders, checkCreditAndStoreOrder), creditCheck({ failures: () => 4 })],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', porsche, { id: 'm1' })
      },
      faults: { lostAcks: 1 },
      atRest: { 'no order is lost': kept(porsche), 'orders stays up': staysUp },
    }))

  test('★★★ an order that can never be handled, through every crash and stall', () =>
    check({
      system: () => [orders(receiveOrders, storeOrder)],
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', poison, { id: 'm1' })
      },
      faults: { crashes: 1, stalls: 1 },
      atRest: { 'what cannot be handled is set aside, with the reason': setAside, 'orders stays up': staysUp },
    }))

  test('★★★ any orders, several of them with trouble, and some of them twice', () =>
    check({
      system: () => [orders(receiveOrders, checkCreditAndStoreOrder), creditCheck({ failures: (cartId) => outages[cartId] ?? 0 })],
      instances: { orders: 2 },
      given: fc.array(fc.constantFrom(...Object.keys(historic), 'an hour passes'), { minLength: 1, maxLength: 8 }),
      async scenario({ from, wait }, history) {
        for (const [index, entry] of history.entries()) {
          const order = historic[entry]
          if (order === undefined) await wait(3_600_000)
          else await from('web').send('orders', order, { id: `m${index + 1}` })
        }
      },
      faults: { crashes: 1, stalls: 1, lostAcks: 1, copies: 1 },
      runs: 80,
      atRest: { 'every order is stored or set aside': storedOrSetAside, 'orders stays up': staysUp },
    }))
})

/** In the end the order is stored. It must not have been set aside: that is for orders that nobody can handle. */
function kept(...sent: readonly Sent[]): (view: View<'orders'>) => true | string {
  return ({ stores, queues }) => {
    for (const { cartId, customer, car } of sent) {
      const aside = queues.orders.deadLetters.find(({ body }) => cartOf(body) === cartId)
      if (aside !== undefined) return `expected an order for cart ${cartId}, found it among the dead letters ("${aside.reason ?? ''}"): ${customer} waits for the ${car}`
      if (stores.orders.get<Order>('orders', cartId) === undefined) return `expected an order for cart ${cartId}, found nothing: the ${car} stays here, and ${customer} waits for it`
    }
    return true
  }
}

function setAside({ queues }: View<'orders'>): true | string {
  const letters = queues.orders.deadLetters.filter(({ body }) => cartOf(body) === poison.cartId)
  if (letters.length === 0) return `expected cart ${poison.cartId} in the dead-letter queue, found nothing: nobody will ever hear of it`
  return saysWhy(letters, poison)
}

/** What a generated history must come to: whatever can be stored is stored, and every other message is set aside, also the second one of an order. */
function storedOrSetAside(view: View<'orders' | 'credit-check'>): true | string {
  for (const { id, message } of view.sent) {
    const order = message as unknown as Sent
    const letters = view.queues.orders.deadLetters.filter((letter) => letter.id === id)
    if (order.price !== poison.price && outages[order.cartId] !== Infinity) {
      const stored = kept(order)(view)
      if (stored !== true) return stored
    } else if (letters.length === 0) {
      return `expected ${id} (cart ${order.cartId}) in the dead-letter queue, found nothing: nobody will ever hear of it`
    } else {
      const reasons = saysWhy(letters, order)
      if (reasons !== true) return reasons
    }
  }
  return true
}

function saysWhy(letters: readonly { readonly reason?: string }[], { price }: Sent): true | string {
  const [what, text] = typeof price === 'number' ? ['the credit check responds with 503', '503'] : [`the price is "${String(price)}"`, String(price)]
  const silent = letters.find(({ reason = '' }) => !reason.includes(text))
  return silent === undefined || `expected a reason that says what was wrong (${what}), found "${silent.reason ?? ''}"`
}

function waitsLonger({ ledgers }: View<'orders' | 'credit-check'>): true | string {
  const times = (ledgers['credit-check'] as unknown as readonly Assessment[]).map(({ at }) => at)
  const waits = times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1_000)
  const found = waits.map((wait) => `${wait} s`).join(', then ')
  if (waits.some((wait) => wait < 1)) return `expected a second or more before the credit check is asked again, found ${found}`
  const grows = waits.every((wait, index) => wait > (waits[index - 1] ?? 0))
  return grows || `expected each wait before the credit check is asked again to be longer than the one before, found ${found}`
}

function fiveAttempts({ ledgers, queues }: View<'orders' | 'credit-check'>): true | string {
  const attempts = (ledgers['credit-check'] as unknown as readonly Assessment[]).length
  if (attempts !== 5) return `expected the credit check to be asked 5 times about cart ${porsche.cartId}, found ${attempts} times`
  const letters = queues.orders.deadLetters
  if (letters.length === 0) return `expected cart ${porsche.cartId} in the dead-letter queue after ${attempts} attempts, found nothing there: ${porsche.customer} waits, and nobody knows`
  return saysWhy(letters, porsche)
}

/** An error that leaves the loop ends the process. */
function staysUp({ ledgers }: View<'orders'>): true | string {
  const [reason] = outagesOf(ledgers, 'orders')
  return reason === undefined || `orders went down and had to be started again, because of this: ${reason}`
}

function cartOf(body: unknown): string {
  return (body as { readonly cartId: string }).cartId
}
