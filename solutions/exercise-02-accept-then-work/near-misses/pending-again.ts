/**
 * Near miss: the worker notes first that the order is pending. For a copy of the message that is no longer true: what was accepted is
 * pending again.
 *
 * Caught by: ★★★ through every copy
 * Because: expected /orders/c1 to say accepted, as it did before, found pending
 */
import { endpoint, put, service } from '#lib'
import type { Cart, Order, SubmitOrder } from '#driveway'

interface CheckedOrder extends Order {
  readonly status: 'pending' | 'accepted' | 'rejected'
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<Cart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

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

    const cart = await context.store.get<Cart>('carts', orderId)
    return cart === undefined ? { status: 404 } : { status: 200, body: { status: 'pending', _links } }
  },
})

export const worker = endpoint('web', {
  async SubmitOrder({ cartId, customer, car, price }: SubmitOrder, context) {
    const underWay: CheckedOrder = { cartId, customer, car, price, status: 'pending' }
    await context.store.commit(put('orders', cartId, underWay))

    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, order))
  },
})
