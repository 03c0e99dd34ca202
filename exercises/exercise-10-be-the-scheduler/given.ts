import { endpoint, put, service } from '#lib'
import type { BookPayment, SubmitOrder } from '#driveway'

// The code under test: nothing to edit. Read one handler, then write the schedule that breaks its promise.

/** Puzzle 1 · lost update. Promise: every car in the yard is in the books. */
export const web = service('web', {
  async 'POST /fiats/:who'(_request, context) {
    const fiats = await context.store.get<number>('stock', 'fiats')
    await context.store.commit(put('stock', 'fiats', (fiats?.value ?? 0) + 1))
    return { status: 204 }
  },
})

/** Puzzle 2 · ghost message. Promise: every number that a customer was told is in the books. */
export const orders = endpoint('orders', {
  async SubmitOrder({ cartId, customer }: SubmitOrder, context) {
    const known = await context.store.get('orders', cartId)
    if (known !== undefined) return // delivered again: the order exists already
    const last = await context.store.get<number>('numbers', 'last')
    const number = (last?.value ?? 0) + 1
    await context.publish({ type: 'NumberTold', cartId, customer, number }, { id: `${cartId}-${number}` })
    await context.store.commit(put('numbers', 'last', number), put('orders', cartId, { customer, number }))
  },
})

/** Puzzle 3 · an expired lock and its zombie. Promise: no order gets two trucks. */
export const shipping = endpoint('shipping', {
  async CallTruck({ orderId }: CallTruck, context) {
    const shipped = await context.store.get('shipped', orderId)
    if (shipped !== undefined) return // somebody has called a truck, or was about to
    await context.store.commit(put('shipped', orderId, true))
    await context.http.post('http://haulier/trucks', { orderId })
  },
})

/** Puzzle 4 · a deduplication that looks right. Promise: each payment is booked once. */
export const billing = endpoint('billing', () => {
  const booked = new Set<string>() // in memory, because that is fast
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

interface CallTruck {
  readonly type: 'CallTruck'
  readonly orderId: string
}
