/**
 * Near miss: the credit check gets less time than the browser has. The response comes in time, and it is no: what the customer wants is
 * lost.
 *
 * Caught by: ★★ the credit check takes its time
 * Because: to be accepted (202), found status 503
 */
import { endpoint, put, service, TimeoutError, type HttpResponse } from '#lib'
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
    let check: HttpResponse
    try {
      check = await context.http.post('http://credit/checks', { customer, amount: price }, { timeout: 8_000 })
    } catch (error) {
      if (error instanceof TimeoutError) return { status: 503 }
      throw error
    }
    if (check.status !== 200) throw new Error(`the credit check responded with ${check.status}`)
    const { approved } = check.body as { approved: boolean }

    const order: CheckedOrder = { cartId, customer, car, price, status: approved ? 'accepted' : 'rejected' }
    await context.store.commit(put('orders', cartId, order))

    const href = `/orders/${cartId}`
    return { status: 201, headers: { location: href }, body: { _links: { self: { href } } } }
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
