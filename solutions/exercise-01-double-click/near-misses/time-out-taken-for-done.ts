/**
 * Near miss: when the store does not respond, the click is answered as if it had. As long as there is a second click, that one may make up for it.
 *
 * Caught by: ★★★ one click, through every crash
 * Because: to show the order of cart c1, found status 404
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const order: Order = { cartId, ...cart.value }
    try {
      await context.store.commit(insert('orders', cartId, order))
    } catch (error) {
      if (!(error instanceof ConcurrencyError || error instanceof TimeoutError)) throw error
    }
    return { status: 201, headers: { location: `/orders/${cartId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
