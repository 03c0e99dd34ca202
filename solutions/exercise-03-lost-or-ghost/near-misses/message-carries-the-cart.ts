/**
 * Near miss: the message to `web` itself carries the cart as the route read it. Until it is handled the cart is open and may change: what
 * is ordered is not what is closed.
 *
 * Caught by: ★★ Erika changes the car in one window
 * Because: expected an order for the VW Golf in cart c1, found a Porsche 911
 */
import { endpoint, put, service } from '#lib'
import type { Cart, SubmitOrder } from '#driveway'

interface SubmitCart {
  readonly type: 'SubmitCart'
  readonly order: SubmitOrder
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

    const { customer, car, price } = cart.value
    const message: SubmitCart = { type: 'SubmitCart', order: { type: 'SubmitOrder', cartId, customer, car, price } }
    await context.send('web', message)
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

export const worker = endpoint('web', {
  async SubmitCart({ order }: SubmitCart, context) {
    const { cartId } = order
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) return

    if (cart.value.submitted !== true) {
      await context.store.commit(put('carts', cartId, { ...cart.value, submitted: true }, { ifVersion: cart.version }))
    }
    await context.send('orders', order)
  },
})
