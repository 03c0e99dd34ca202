/**
 * Near miss: the process remembers which carts it has seen. The other instance knows nothing of it, and after a crash nobody does.
 *
 * Caught by: ★★ the response is lost
 * Because: expected 1 order for cart c1, found 2
 */
import { insert, service } from '#lib'
import type { Cart, Order } from '#driveway'

export const web = service('web', () => {
  const orderIds = new Map<string, string>()
  return {
    async 'POST /carts/:cartId/submission'(request, context) {
      const { cartId } = request.params
      const known = orderIds.get(cartId)
      if (known !== undefined) return { status: 200, headers: { location: `/orders/${known}` } }

      const cart = await context.store.get<Cart>('carts', cartId)
      if (cart === undefined) return { status: 404 }

      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...cart.value }
      await context.store.commit(insert('orders', orderId, order))
      orderIds.set(cartId, orderId)
      return { status: 201, headers: { location: `/orders/${orderId}` } }
    },
  
    async 'GET /orders/:orderId'(request, context) {
      const order = await context.store.get<Order>('orders', request.params.orderId)
      return order === undefined ? { status: 404 } : { status: 200, body: order.value }
    },
  }
})
