/**
 * Near miss: the order's id takes the place of the cart's content, and the order follows in a commit of its own. Whoever comes in between makes the
 * order of a cart that is empty.
 *
 * Caught by: ★★ two clicks at the same time
 * Because: no car for nobody
 */
import { ConcurrencyError, insert, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

type SubmittedCart = Cart & { readonly orderId?: string }

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    for (;;) {
      const cart = await context.store.get<SubmittedCart>('carts', cartId)
      if (cart === undefined) return { status: 404 }

      const { orderId = crypto.randomUUID(), customer, car, price } = cart.value
      const order: Order = { cartId, customer, car, price }
      try {
        if (cart.value.orderId === undefined) await context.store.commit(put('carts', cartId, { orderId }, { ifVersion: cart.version }))
        const known = await context.store.get<Order>('orders', orderId)
        if (known === undefined) await context.store.commit(insert('orders', orderId, order))
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
