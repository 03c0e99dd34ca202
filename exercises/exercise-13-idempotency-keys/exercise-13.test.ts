import { describe, test } from 'vitest'
import { check, declinedCard, goodCard, paymentProvider, paymentRecords, type View } from '#lib/testing'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'
import { billing } from './charge-card.js'

const porsche: Bill = { customer: 'Erika', card: goodCard, price: 89_000, status: 'open' }
const panda: Bill = { customer: 'Erika', card: goodCard, price: 4_000, status: 'open' }
const declined: Bill = { ...porsche, card: declinedCard }

const charge = (orderId: string): ChargeCard => ({ type: 'ChargeCard', orderId })
const haggle: AgreePrice = { type: 'AgreePrice', orderId: 'o1', price: 88_000 }

const system = () => [billing, paymentProvider()]
const instances = { billing: 1 }
/** However often a call fails within the bounds, the message is not given up. */
const broker = { maxDeliveries: 10 }
const always = { 'no order is charged twice': noOrderIsChargedTwice }
const atRest = { 'an order is paid exactly when its card was charged': paidExactlyWhenCharged }

describe('exercise 13 · idempotency-keys', () => {
  test('★ a customer pays for two orders', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche, o2: panda } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
        await from('orders').send('billing', charge('o2'))
      },
      always,
      atRest,
    }))

  test('★ a declined card is declined, and not tried again', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: declined } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      always,
      atRest,
    }))

  test('★★ the card is charged, and the response is lost', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the provider responds with 5xx, whether or not it charged the card', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { serverErrors: 1 },
      always,
      atRest,
    }))

  test('★★ billing crashes before it has recorded the response', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { crashes: 1 },
      always,
      atRest,
    }))

  test('★★ another price is agreed before the second attempt', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
        await from('orders').send('billing', haggle)
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★★ one order, through every crash and every response that says nothing', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { crashes: 1, lostRequests: 1, lostResponses: 1, serverErrors: 1, ambiguousCommits: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ another price is agreed meanwhile, and the provider is slow', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
        await from('orders').send('billing', haggle)
      },
      faults: { crashes: 1, lostResponses: 1, slowResponses: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ two instances of billing and a copy of the command', () =>
    check({
      system,
      documents: { billing: { bills: { o1: porsche } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { copies: 1, crashes: 1 },
      always,
      atRest,
    }))

  test('★★★ a declined card, through every crash and lost response', () =>
    check({
      system,
      instances,
      documents: { billing: { bills: { o1: declined } } },
      async scenario({ from }) {
        await from('orders').send('billing', charge('o1'))
      },
      faults: { crashes: 1, copies: 1, lostResponses: 1, serverErrors: 1 },
      broker,
      always,
      atRest,
    }))
})

/** The provider's books are the truth: what they contain has left the customer's account. */
function noOrderIsChargedTwice({ stores, ledgers }: View<'billing'>): true | string {
  const { charges } = paymentRecords(ledgers)
  for (const orderId of stores.billing.ids('bills')) {
    const taken = charges.filter(({ reference, status }) => reference === orderId && status === 'succeeded')
    if (taken.length > 1) return `expected order ${orderId} to be charged once, found ${taken.length} charges: ${taken.map(({ id, amount }) => `${id} over ${euros(amount)}`).join(', ')}`
  }
  return true
}

function paidExactlyWhenCharged({ stores, ledgers }: View<'billing'>): true | string {
  const { charges } = paymentRecords(ledgers)
  for (const orderId of stores.billing.ids('bills')) {
    const { status, card } = stores.billing.get<Bill>('bills', orderId) ?? porsche
    const asked = charges.filter(({ reference }) => reference === orderId)
    const taken = asked.find((made) => made.status === 'succeeded')
    const expected = card === declinedCard ? 'declined' : 'paid'
    if (expected === 'paid' && taken === undefined) return `expected order ${orderId} to be charged, found no charge, and the bill says "${status}"`
    if (asked.length > 1) return `expected the bank to be asked once about order ${orderId}, found ${asked.length} times, and declined each time`
    const found = taken === undefined ? 'its card was declined' : `its card was charged ${euros(taken.amount)}`
    if (status !== expected) return `expected the bill of order ${orderId} to say "${expected}", for ${found}; it says "${status}"`
  }
  return true
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
