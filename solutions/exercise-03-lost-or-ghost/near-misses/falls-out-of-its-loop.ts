/**
 * Near miss: the handler sends three times at most, and does not say when all of them have failed. For the broker its message is done.
 *
 * Caught by: ★★ Erika clicks once and never comes back, and the broker
 * Because: there is no order for cart c1
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
    if (cart.value.submitted === true) return { status: 409 }

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
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        await context.send('orders', message)
        break
      } catch (error) {
        console.error('attempt', attempt, error)
      }
    }
  },
})
