/**
 * Near miss: the fields of the cart are copied one by one, and one was forgotten. Erika waits for a car without a price.
 *
 * Caught by: ★ one click makes one order, and leads to it
 * Because: found the order of cart c1: Porsche 911 for Erika at € ?
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const { customer, car } = cart.value
    for (;;) {
      try {
        await context.store.commit(insert('orders', cartId, { cartId, customer, car }))
        break
      } catch (error) {
        if (error instanceof ConcurrencyError) break
        if (!(error instanceof TimeoutError)) throw error
      }
    }
    return { status: 201, headers: { location: `/orders/${cartId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
