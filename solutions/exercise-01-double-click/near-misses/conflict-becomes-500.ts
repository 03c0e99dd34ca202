/**
 * Near miss: only one order is made, but the second click gets the conflict as a response. The customer has bought a car and reads
 * "internal server error".
 *
 * Caught by: ★★ two clicks at the same time
 * Because: expected a response that leads to the order of cart c1, found status 500
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
    await context.store.commit(
      put('carts', cartId, { ...content, orderId }, { ifVersion: cart.version }),
      insert('orders', orderId, order),
    )
    return { status: 201, headers: { location: `/orders/${orderId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
