/**
 * Near miss: the response goes out, and the work goes on in a promise that nobody waits for. It lives in the memory of one process: a crash
 * or a deployment ends it, and nobody tries again.
 *
 * Caught by: ★ a click leads to an accepted order
 * Because: was called after the code for POST /carts/c1/submission had returned
 */
import { endpoint, put, service } from '#lib'
import type { Cart, Order } from '#driveway'

interface CheckedOrder extends Order {
  readonly status: 'accepted' | 'rejected'
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const { customer, car, price } = cart.value
    const decide = async (): Promise<void> => {
      const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
      if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
      const { approved } = check.body as { approved: boolean }

      const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
      await context.store.commit(put('orders', cartId, order))
    }
    void decide()

    const href = `/orders/${cartId}`
    return { status: 202, headers: { location: href }, body: { _links: { self: { href } } } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const { orderId } = request.params
    const _links = { self: { href: `/orders/${orderId}` } }
    const order = await context.store.get<CheckedOrder>('orders', orderId)
    if (order !== undefined) return { status: 200, body: { status: order.value.status, _links } }

    const cart = await context.store.get<Cart>('carts', orderId)
    return cart === undefined ? { status: 404 } : { status: 200, body: { status: 'pending', _links } }
  },
})

export const worker = endpoint('web', {})
