/**
 * Near miss: the last click wins. It makes an order of its own and takes the one before it back, so there is only one; the address that the first
 * click was given leads nowhere.
 *
 * Caught by: ★★ two clicks at the same time
 * Because: which the customer was given, to show the order of cart c1, found status 404
 */
import { ConcurrencyError, insert, put, remove, service, TimeoutError } from '#lib'
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

      const { orderId: before, ...content } = cart.value
      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...content }
      const takenBack = before === undefined ? [] : [remove('orders', before)]
      try {
        await context.store.commit(put('carts', cartId, { ...content, orderId }, { ifVersion: cart.version }), insert('orders', orderId, order), ...takenBack)
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
