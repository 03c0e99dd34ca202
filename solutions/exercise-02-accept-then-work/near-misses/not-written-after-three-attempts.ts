/**
 * Near miss: the handler writes three times at most, and does not say when all of them have failed. The message is acknowledged, and nobody
 * decides the order.
 *
 * Caught by: ★★ the store does not respond, time and again
 * Because: expected accepted, found pending
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
    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        await context.store.commit(put('orders', cartId, order))
        break
      } catch (error) {
        console.error('attempt', attempt, error)
      }
    }
  },
})
