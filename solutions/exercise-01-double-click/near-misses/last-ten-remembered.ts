/**
 * Near miss: one document remembers the last ten submissions, under a version check. On a busy day ten others come in between.
 *
 * Caught by: ★★★ any conversation
 * Because: expected 1 order for cart c1, found 2
 */
import { ConcurrencyError, insert, put, service, TimeoutError } from '#lib'
import type { Cart, Order } from '#driveway'

interface Recent {
  readonly submissions: readonly { readonly cartId: string; readonly orderId: string }[]
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    for (;;) {
      const recent = await context.store.get<Recent>('submissions', 'recent')
      const submissions = recent?.value.submissions ?? []
      const known = submissions.find((submission) => submission.cartId === cartId)
      if (known !== undefined) return { status: 200, headers: { location: `/orders/${known.orderId}` } }

      const orderId = crypto.randomUUID()
      const order: Order = { cartId, ...cart.value }
      const next: Recent = { submissions: [...submissions, { cartId, orderId }].slice(-10) }
      try {
        await context.store.commit(
          recent === undefined ? insert('submissions', 'recent', next) : put('submissions', 'recent', next, { ifVersion: recent.version }),
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
