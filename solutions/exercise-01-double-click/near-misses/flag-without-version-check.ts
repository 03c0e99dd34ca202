/**
 * Near miss: the cart is marked as submitted, but nobody checks whether it has changed since it was read. Both clicks read an open cart,
 * both mark it, both order.
 *
 * Caught by: ★★ two clicks at the same time
 * Because: expected 1 order for cart c1, found 2
 */
import { insert, put, service } from '#lib'
import type { Cart, Order } from '#driveway'

interface SubmittedCart extends Cart {
  readonly orderId?: string
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<SubmittedCart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const { orderId: known, ...content } = cart.value
    if (known !== undefined) return { status: 200, headers: { location: `/orders/${known}` } }

    const orderId = crypto.randomUUID()
    const order: Order = { cartId, ...content }
    await context.store.commit(put('carts', cartId, { ...content, orderId }), insert('orders', orderId, order))
    return { status: 201, headers: { location: `/orders/${orderId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
