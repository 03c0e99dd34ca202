/**
 * Near miss: the click only says where to look, and whoever looks starts the work. Now the poll takes too long, and a customer who does not
 * look gets no car.
 *
 * Caught by: ★★ the credit check takes its time
 * Because: expected a response to GET /orders/c1 within 10 seconds, found none
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

    const href = `/orders/${cartId}`
    return { status: 202, headers: { location: href }, body: { _links: { self: { href } } } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const { orderId } = request.params
    const _links = { self: { href: `/orders/${orderId}` } }
    const order = await context.store.get<CheckedOrder>('orders', orderId)
    if (order !== undefined) return { status: 200, body: { status: order.value.status, _links } }

    const cart = await context.store.get<Cart>('carts', orderId)
    if (cart === undefined) return { status: 404 }

    const cartId = orderId
    const { customer, car, price } = cart.value
    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const decided: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, decided))
    return { status: 200, body: { status: decided.status, _links } }
  },
})

export const worker = endpoint('web', {})
