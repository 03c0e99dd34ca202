/**
 * Near miss: the order follows from the cart's id alone, so the cart is looked at only when there is one. An address with a typing error makes an
 * order, too.
 *
 * Caught by: ★ what is not there is not found
 * Because: expected 404 in response to POST /carts/c9/submission
 */
import { ConcurrencyError, insert, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)

    for (;;) {
      try {
        await context.store.commit(insert('orders', cartId, { cartId, ...cart?.value }))
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
