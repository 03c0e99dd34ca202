/**
 * Near miss: the message to oneself closes the cart, and the route for changes does not look whether it is closed. The order is on its way,
 * and the cart says something else.
 *
 * Caught by: ★ a submitted cart is closed
 * Because: expected 409 in response to PUT /carts/c1
 */
import { endpoint, put, service } from '#lib'
import type { Cart, SubmitOrder } from '#driveway'

interface SubmitCart {
  readonly type: 'SubmitCart'
  readonly cartId: string
}

/** A submitted cart is closed. */
interface ShopCart extends Cart {
  readonly submitted?: boolean
}

export const web = service('web', {
  async 'POST /carts/:cartId/submission'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const message: SubmitCart = { type: 'SubmitCart', cartId }
    await context.send('web', message)
    return { status: 202 }
  },

  /** The customer wants another car. */
  async 'PUT /carts/:cartId'(request, context) {
    const { cartId } = request.params
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return { status: 404 }

    const { car, price } = request.body as Cart
    await context.store.commit(put('carts', cartId, { ...cart.value, car, price }, { ifVersion: cart.version }))
    return { status: 200 }
  },
})

export const worker = endpoint('web', {
  async SubmitCart({ cartId }: SubmitCart, context) {
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return

    const { customer, car, price, submitted } = cart.value
    if (submitted !== true) {
      await context.store.commit(put('carts', cartId, { customer, car, price, submitted: true }, { ifVersion: cart.version }))
    }
    const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
    await context.send('orders', message)
  },
})
