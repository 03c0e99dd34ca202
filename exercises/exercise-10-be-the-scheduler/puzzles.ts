import { thirdParty, type CheckOptions } from '#lib/testing'
import { billing, orders, shipping, web } from './given.js'

/**
 * What happens from outside, which faults there may be, and each promise as the checks ask for it. There is no need to read this: given.ts has the
 * code, and the README says what happens.
 */

/** Alice and Bob bring in a Fiat each. Two instances of `web` share one store. */
export const lostUpdate = puzzle({
  system: () => [web],
  scenario: async ({ browser }) => {
    await Promise.all([browser.post('/fiats/alice'), browser.post('/fiats/bob')])
  },
  faults: { crashes: 1 },
  atRest: {
    'every car in the yard is in the books': ({ stores }) => {
      const booked = stores.web.get<number>('stock', 'fiats') ?? 0
      return booked >= 2 || `expected 2 Fiats in the books, because Alice and Bob each brought one, found ${booked}`
    },
  },
})

/** Erika (m1) and Karl (m2) order, and each is told a number. One process does it all, one message at a time. */
export const ghostMessage = puzzle({
  system: () => [orders],
  instances: { orders: 1 },
  scenario: async ({ from }) => {
    await from('web').send('orders', { type: 'SubmitOrder', cartId: 'c1', customer: 'Erika', car: 'Fiat 500', price: 9_000 }, { id: 'm1' })
    await from('web').send('orders', { type: 'SubmitOrder', cartId: 'c2', customer: 'Karl', car: 'Fiat 500', price: 9_000 }, { id: 'm2' })
  },
  faults: { crashes: 2 },
  atRest: {
    'every number that a customer was told is in the books': ({ stores, sent }) => {
      for (const { message } of sent) {
        if (message.type !== 'NumberTold') continue
        const { cartId, customer, number } = message as unknown as NumberTold
        const booked = stores.orders.get<NumberTold>('orders', cartId)?.number
        if (booked !== number) return `${customer} was told order ${number}, and the books say ${booked === undefined ? 'that there is none' : `order ${booked}`}`
      }
      return true
    },
  },
})

interface NumberTold {
  readonly type: 'NumberTold'
  readonly cartId: string
  readonly customer: string
  readonly number: number
}

/** A truck is called for order o1. Two instances compete for the message. */
export const zombie = puzzle({
  system: () => [shipping, haulier],
  scenario: async ({ from }) => {
    await from('orders').send('shipping', { type: 'CallTruck', orderId: 'o1' }, { id: 'm1' })
  },
  faults: { crashes: 2, stalls: 2 },
  always: {
    'no order gets two trucks': ({ ledgers }) => ledgers['haulier'] !== 2 || 'expected at most 1 truck for order o1, found 2',
  },
})

const haulier = thirdParty<'haulier', number>('haulier', {
  records: 0,
  answer: (_request, trucks) => ({ response: { status: 201 }, records: trucks + 1 }),
})

/** Erika pays € 500 once. One process. */
export const looksRight = puzzle({
  system: () => [billing],
  instances: { billing: 1 },
  scenario: async ({ from }) => {
    await from('bank').send('billing', { type: 'BookPayment', orderId: 'o1', paymentId: 'p1', amount: 500 }, { id: 'm1' })
  },
  faults: { crashes: 2, copies: 1 },
  atRest: {
    'each payment is booked once': ({ stores }) => {
      const paid = stores.billing.get<number>('paid', 'o1')
      return paid === 500 || `expected € 500 paid for order o1, found € ${paid ?? 0}`
    },
  },
})

/** Promises may look at the stores of the puzzle's own services. */
function puzzle<const Name extends string>(options: CheckOptions<Part & { readonly name: Name }>): CheckOptions {
  return options
}

type Part = ReturnType<CheckOptions['system']>[number]
