/**
 * Near miss: the order is kept under an id of its own, and the address that the customer is given looks for it in another collection.
 *
 * Caught by: ★ one click makes one order, and leads to it
 * Because: which the customer was given, to show the order of cart c1, found status 404
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const order: Order = { cartId, ...cart.value }
    for (;;) {
      try {
        await context.store.commit(insert('orders', cartId, order))
        break
      } catch (error) {
        if (error instanceof ConcurrencyError) break
        if (!(error instanceof TimeoutError)) throw error
      }
    }
    return { status: 201, headers: { location: `/orders/${cartId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('submissions', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
