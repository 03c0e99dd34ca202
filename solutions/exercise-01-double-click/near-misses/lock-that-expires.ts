/**
 * Near miss: whoever submits a cart locks it for five seconds first, and then takes its time. An instance that stalls for longer goes on as if
 * the lock were still its own.
 *
 * Caught by: ★★ web stalls
 * Because: expected 1 order for cart c1, found 2
 */
import { ConcurrencyError, insert, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

interface Lock {
  /** Milliseconds since 1970. */
  readonly until: number
  readonly orderId?: string
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    for (;;) {
      const lock = await context.store.get<Lock>('locks', cartId)
      if (lock?.value.orderId !== undefined) return { status: 200, headers: { location: `/orders/${lock.value.orderId}` } }
      const wait = (lock?.value.until ?? 0) - Date.now()
      if (wait > 0) {
        await new Promise((resolve) => setTimeout(resolve, wait))
        continue
      }
      try {
        const mine: Lock = { until: Date.now() + 5_000 }
        await context.store.commit(lock === undefined ? insert('locks', cartId, mine) : put('locks', cartId, mine, { ifVersion: lock.version }))

        const orderId = crypto.randomUUID()
        const order: Order = { cartId, ...cart.value }
        await context.store.commit(insert('orders', orderId, order), put('locks', cartId, { ...mine, orderId }))
        return { status: 201, headers: { location: `/orders/${orderId}` } }
      } catch (error) {
        if (!(error instanceof ConcurrencyError || error instanceof TimeoutError)) throw error
      }
    }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
