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
      // TODO: the cart is closed in one system, the message goes to another. What is left behind if only one of the two happens?
      // And if they change places?
      await context.store.commit(put('carts', cartId, { customer, car, price, submitted: true }, { ifVersion: cart.version }))
      const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
      await context.send('orders', message)
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
