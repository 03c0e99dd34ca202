/**
 * Near miss: the commit and the send are started together, so that there is no gap between them. There still is: each may happen without
 * the other.
 *
 * Caught by: ★★ a process crashes at the wrong moment
 * Because: expected an order for cart c1, which is submitted, found none
 */
import { endpoint, put, service } from '#lib'
import type { Cart, SubmitOrder } from '#driveway'

/** A submitted cart is closed. */
interface ShopCart extends Cart {
  readonly submitted?: boolean
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const { customer, car, price, submitted } = cart.value
    if (submitted !== true) {
      const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
      const closed = context.store.commit(put('carts', cartId, { customer, car, price, submitted: true }, { ifVersion: cart.version }))
      await Promise.all([closed, context.send('orders', message)])
    }
    return { status: 202 }
  },

  /** The customer wants another car. */
  async 'PUT /carts/:cartId'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return { status: 404 }
    if (cart.value.submitted === true) return { status: 409 }

    const { car, price } = request.body as Cart
    await context.store.commit(put('carts', cartId, { ...cart.value, car, price }, { ifVersion: cart.version }))
    return { status: 200 }
  },
})

/** Another process of `web`. Messages sent to 'web' arrive here; it uses the same store. */
export const worker = endpoint('web', {})
