/**
 * Near miss: the credit check says the same to the same question, so that a copy may well decide again. On the day on which it changes its
 * mind, an order that was accepted becomes a rejected one.
 *
 * Caught by: ★★★ two workers with a copy each
 * Because: as it did before, found
 */
import { endpoint, put, service } from '#lib'
import type { Cart, Order, SubmitOrder } from '#driveway'

interface CheckedOrder extends Order {
  readonly status: 'accepted' | 'rejected'
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    // All that has to be done now: let the broker keep what the customer wants. If that fails, there is no 202.
    const { customer, car, price } = cart.value
    const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
    await context.send('web', message)

    const href = `/orders/${cartId}`
    return { status: 202, headers: { location: href }, body: { _links: { self: { href } } } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const { orderId } = request.params
    const _links = { self: { href: `/orders/${orderId}` } }
    const order = await context.store.get<CheckedOrder>('orders', orderId)
    if (order !== undefined) return { status: 200, body: { status: order.value.status, _links } }

    // No decision yet. The resource exists all the same: the customer has its address.
    const cart = await context.store.get<Cart>('carts', orderId)
    return cart === undefined ? { status: 404 } : { status: 200, body: { status: 'pending', _links } }
  },
})

/** The work, at its own pace. When it fails or its process crashes, the broker delivers the message again. */
export const worker = endpoint('web', {
  async SubmitOrder({ cartId, customer, car, price }: SubmitOrder, context) {
    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, order))
  },
})
