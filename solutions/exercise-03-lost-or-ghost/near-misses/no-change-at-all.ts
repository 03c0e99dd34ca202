/**
 * Near miss: a cart that cannot be changed is never out of date, so the route for changes refuses them all.
 *
 * Caught by: ★ a customer may change an open cart
 * Because: expected a 2xx in response to PUT /carts/c1, found 409
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
    return { status: 409 }
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
