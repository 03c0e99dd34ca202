/**
 * Near miss: the cart remembers its order for an hour, because nobody clicks twice after that. A page that was left open does, and so does a
 * request that somebody kept and sends again.
 *
 * Caught by: ★★ a click comes again, eight days later
 * Because: expected 1 order for cart c1, found 2
 */
import { ConcurrencyError, insert, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

interface SubmittedCart extends Cart {
  readonly submission?: { readonly orderId: string; readonly at: number }
}

const hour = 3_600_000

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    for (;;) {
      const cart = await context.store.get<SubmittedCart>('carts', cartId)
      if (cart === undefined) return { status: 404 }

      const { submission, ...content } = cart.value
      if (submission !== undefined && Date.now() - submission.at < hour) return { status: 200, headers: { location: `/orders/${submission.orderId}` } }

      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...content }
      try {
        await context.store.commit(
          put('carts', cartId, { ...content, submission: { orderId, at: Date.now() } }, { ifVersion: cart.version }),
          insert('orders', orderId, order),
        )
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
