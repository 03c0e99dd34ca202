import { ConcurrencyError, insert, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

/** A cart that was submitted knows its order. */
interface SubmittedCart extends Cart {
  readonly orderId?: string
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    // At most one other attempt can win; after that, every reader sees its order.
    for (;;) {
      const cart = await context.store.get<SubmittedCart>('carts', cartId)
      if (cart === undefined) return { status: 404 }

      const { orderId: known, ...content } = cart.value
      if (known !== undefined) return { status: 200, headers: { location: `/orders/${known}` } }

      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...content }
      try {
        await context.store.commit(
          put('carts', cartId, { ...content, orderId }, { ifVersion: cart.version }),
          insert('orders', orderId, order),
        )
        return { status: 201, headers: { location: `/orders/${orderId}` } }
      } catch (error) {
        // Somebody was faster, or nobody knows whether we were: read again, and see.
        if (!(error instanceof ConcurrencyError || error instanceof TimeoutError)) throw error
      }
    }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
