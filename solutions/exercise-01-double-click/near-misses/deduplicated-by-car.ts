/**
 * Near miss: an order is recognised by its contents. A customer who really buys two of the same car gets one.
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

    const { customer, car } = cart.value
    const orderId = `${customer} ${car}`.toLowerCase().replaceAll(' ', '-')
    const order: Order = { cartId, ...cart.value }
    for (;;) {
      try {
        await context.store.commit(insert('orders', orderId, order))
        break
      } catch (error) {
        if (error instanceof ConcurrencyError) break
        if (!(error instanceof TimeoutError)) throw error
      }
    }
    return { status: 201, headers: { location: `/orders/${orderId}` } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const order = await context.store.get<Order>('orders', request.params.orderId)
    return order === undefined ? { status: 404 } : { status: 200, body: order.value }
  },
})
