/**
 * Near miss: the response of the credit check is remembered for each customer, which saves a request. It was about another amount.
 *
 * Caught by: ★ a customer may want two cars
 * Because: later, expected accepted, found rejected
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
    const known = await context.store.get<{ readonly approved: boolean }>('credits', customer)
    let approved = known?.value.approved
    if (approved === undefined) {
      const check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 20_000 })
      if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
      approved = (check.body as { approved: boolean }).approved
      await context.store.commit(put('credits', customer, { approved }))
    }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, order))
  },
})
