/**
 * Near miss: the cart is marked under a version check, and the order follows in a commit of its own. Between the two the cart is
 * submitted and has no order: after a crash for ever, and every later click leads to nothing.
 *
 * Caught by: ★★ web stalls
 * Because: to show the order of cart c1, found status 404
 */
import { ConcurrencyError, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

interface SubmittedCart extends Cart {
  readonly orderId?: string
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    for (;;) {
      const cart = await context.store.get<SubmittedCart>('carts', cartId)
      if (cart === undefined) return { status: 404 }

      const { orderId: known, ...content } = cart.value
      if (known !== undefined) return { status: 200, headers: { location: `/orders/${known}` } }

      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...content }
      try {
        await context.store.commit(put('carts', cartId, { ...content, orderId }, { ifVersion: cart.version }))
        await context.store.commit(put('orders', orderId, order))
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
