/**
 * Second solution: the order exists from the start, as pending, and the worker decides it. So the status resource needs no cart. The route
 * writes, then sends, and responds with 202 only when both are done; a click that comes again sends again.
 */
import { ConcurrencyError, endpoint, insert, put, service } from '#lib'
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
    const order: CheckedOrder = { cartId, customer, car, price, status: 'pending' }
    try {
      await context.store.commit(insert('orders', cartId, order))
    } catch (error) {
      // It exists already, from an earlier click whose message may be lost.
      if (!(error instanceof ConcurrencyError)) throw error
    }
    const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
    await context.send('web', message)

    const href = `/orders/${cartId}`
    return { status: 202, headers: { location: href }, body: { _links: { self: { href } } } }
  },

  async 'GET /orders/:orderId'(request, context) {
    const { orderId } = request.params
    const order = await context.store.get<CheckedOrder>('orders', orderId)
    if (order === undefined) return { status: 404 }
    return { status: 200, body: { status: order.value.status, _links: { self: { href: `/orders/${orderId}` } } } }
  },
})

export const worker = endpoint('web', {
  async SubmitOrder({ cartId, customer, price }: SubmitOrder, context) {
    const order = await context.store.get<CheckedOrder>('orders', cartId)
    if (order?.value.status !== 'pending') return

    const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const decided: CheckedOrder = { ...order.value, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, decided, { ifVersion: order.version }))
  },
})
