/**
 * Near miss: the worker looks first whether the order is decided, and then asks. Two workers with a copy each both find it pending, and the
 * second decision overwrites the first.
 *
 * Caught by: ★★★ two workers with a copy each
 * Because: as it did before, found
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
    try {
      await context.store.commit(insert('orders', cartId, { cartId, customer, car, price, status: 'pending' }))
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
    await context.send('web', { type: 'SubmitOrder', cartId, customer, car, price } satisfies SubmitOrder)
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
    await context.store.commit(put('orders', cartId, { ...order.value, status: approved ? 'accepted' : 'rejected' }))
  },
})
