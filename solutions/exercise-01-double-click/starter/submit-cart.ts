import { insert, service } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    // TODO: two clicks, one car. How can the second click know that the first one was here?
    const orderId = crypto.randomUUID()
    const order: Order = { cartId, ...cart.value }
    await context.store.commit(insert('orders', orderId, order))

    return { status: 201, headers: { location: `/orders/${orderId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
