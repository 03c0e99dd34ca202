import { endpoint, put, service } from '#lib'
import type { Cart, SubmitOrder } from '#driveway'

/** What `web` sends to itself: the intent, and nothing that could be out of date. */
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

    // One system only: either the broker has the intent, or nothing has happened.
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
    // Always, because an earlier attempt may have ended right here. What is in the store now will not change any more.
    const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
    await context.send('orders', message)
  },
})
