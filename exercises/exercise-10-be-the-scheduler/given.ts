import { endpoint, put, service } from '#lib'
import { thirdParty, type CheckOptions } from '#lib/testing'
import type { BookPayment, SubmitOrder } from '#driveway'

/**
 * Four small systems of Driveway's. Each has been in production for a year, and each is broken. There is nothing to edit here: read
 * one, then write the schedule that breaks its promise.
 */

// --- Puzzle 1 · lost update -------------------------------------------------------------------------------------------

/** Alice and Bob bring in a Fiat each. Two instances of `web` share one store. */
const web = service('web', {
  async 'POST /fiats/:who'(_request, context) {
    const fiats = await context.store.get<number>('stock', 'fiats')
    await context.store.commit(put('stock', 'fiats', (fiats?.value ?? 0) + 1))
    return { status: 204 }
  },
})

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

// --- Puzzle 2 · ghost message -----------------------------------------------------------------------------------------

/** Erika (m1) and Karl (m2) order, and each is told a number. One process does it all, one message at a time. */
const orders = endpoint('orders', {
  async SubmitOrder({ cartId, customer }: SubmitOrder, context) {
    const known = await context.store.get('orders', cartId)
    if (known !== undefined) return // delivered again: the order exists already
    const last = await context.store.get<number>('numbers', 'last')
    const number = (last?.value ?? 0) + 1
    await context.publish({ type: 'NumberTold', cartId, customer, number }, { id: `${cartId}-${number}` })
    await context.store.commit(put('numbers', 'last', number), put('orders', cartId, { customer, number }))
  },
})

interface NumberTold {
  readonly type: 'NumberTold'
  readonly cartId: string
  readonly customer: string
  readonly number: number
}

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

// --- Puzzle 3 · an expired lock, and its zombie -----------------------------------------------------------------------

interface CallTruck {
  readonly type: 'CallTruck'
  readonly orderId: string
}

/** Two instances compete for the messages. The order is marked before the truck is called: better no truck than two. */
const shipping = endpoint('shipping', {
  async CallTruck({ orderId }: CallTruck, context) {
    const shipped = await context.store.get('shipped', orderId)
    if (shipped !== undefined) return // somebody has called a truck, or was about to
    await context.store.commit(put('shipped', orderId, true))
    await context.http.post('http://haulier/trucks', { orderId })
  },
})

const haulier = thirdParty<'haulier', number>('haulier', {
  records: 0,
  answer: (_request, trucks) => ({ response: { status: 201 }, records: trucks + 1 }),
})

export const zombie = puzzle({
  system: () => [shipping, haulier],
  scenario: async ({ from }) => {
    await from('orders').send('shipping', { type: 'CallTruck', orderId: 'o1' }, { id: 'm1' })
  },
  faults: { crashes: 2, stalls: 2 },
  atRest: {
    'no order gets two trucks': ({ ledgers }) => ledgers['haulier'] !== 2 || 'expected at most 1 truck for order o1, found 2',
  },
})

// --- Puzzle 4 · a deduplication that looks right ----------------------------------------------------------------------

/** Erika pays € 500 once. Whatever was booked is remembered twice: in memory because that is fast, and in the store because that lasts. */
const billing = endpoint('billing', () => {
  const booked = new Set<string>()
  return {
    async BookPayment({ orderId, amount }: BookPayment, context) {
      if (booked.has(context.messageId)) return // a copy
      // Only a message that is delivered again can have been booked before a crash, so the store is asked only then.
      if (context.deliveryCount > 1) {
        const known = await context.store.get('booked', context.messageId)
        if (known !== undefined) return
      }
      const paid = await context.store.get<number>('paid', orderId)
      await context.store.commit(put('paid', orderId, (paid?.value ?? 0) + amount), put('booked', context.messageId, true))
      booked.add(context.messageId)
    },
  }
})

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
