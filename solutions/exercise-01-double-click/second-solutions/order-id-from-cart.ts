/**
 * Second solution: no flag and no version check. The order's id is derived from the cart's, so a second order cannot be inserted.
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const orderId = `order-${cartId}`
    const order: Order = { cartId, ...cart.value }
    for (;;) {
      try {
        await context.store.commit(insert('orders', orderId, order))
        break
      } catch (error) {
        if (error instanceof ConcurrencyError) break // it exists already: this click leads to it, too
        if (!(error instanceof TimeoutError)) throw error
      }
    }
    return { status: 201, headers: { location: `/orders/${orderId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
