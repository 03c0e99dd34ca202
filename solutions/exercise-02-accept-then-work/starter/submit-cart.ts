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

    // TODO: a browser waits for 10 seconds, the credit check takes up to 15. What has to be done before the customer gets a
    // response, and who could do the rest?
    const { customer, car, price } = cart.value
    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, order))

    const href = `/orders/${cartId}`
    return { status: 201, headers: { location: href }, body: { _links: { self: { href } } } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const { orderId } = request.params
    const order = await context.store.get<CheckedOrder>('orders', orderId)
    if (order === undefined) return { status: 404 }
    return { status: 200, body: { status: order.value.status, _links: { self: { href: `/orders/${orderId}` } } } }
  },
})

/** Another process of `web`. Messages sent to 'web' arrive here; it uses the same store. */
export const worker = endpoint('web', {})
