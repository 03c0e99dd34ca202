/**
 * Near miss: order ids begin with the cart's id, and the order of a cart is found by that beginning. The order of cart c10 begins like one of
 * cart c1.
 *
 * Caught by: ★ a customer may buy two of the same car
 * Because: found the order of cart c10
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    for (;;) {
      const orders = await context.store.list<Order>('orders')
      const known = orders.find(({ id }) => id.startsWith(cartId))
      if (known !== undefined) return { status: 201, headers: { location: `/orders/${known.id}` } }

      const order: Order = { cartId, ...cart.value }
      try {
        await context.store.commit(insert('orders', `${cartId}-order`, order))
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
