/**
 * Near miss: the message lies in the store until it is out, written together with the cart. All carts share one place for it: the message about one
 * is overwritten by the message about another.
 *
 * Caught by: ★ a customer may have two carts
 * Because: there is no order for cart c10
 */
import { endpoint, put, remove, service } from '#lib'
import type { Cart, SubmitOrder } from '#driveway'

/** A submitted cart is closed. */
interface ShopCart extends Cart {
  readonly submitted?: boolean
}

interface SubmitCart {
  readonly type: 'SubmitCart'
  readonly cartId: string
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

/** Another process of `web`. Messages sent to 'web' arrive here; it uses the same store. */
export const worker = endpoint('web', {
  async SubmitCart({ cartId }: SubmitCart, context) {
    const cart = await context.store.get<ShopCart>('carts', cartId)
    if (cart === undefined) throw new Error(`there is no cart ${cartId}`)
    const { customer, car, price, submitted } = cart.value
    if (submitted !== true) {
      const message: SubmitOrder = { type: 'SubmitOrder', cartId, customer, car, price }
      await context.store.commit(
        put('carts', cartId, { customer, car, price, submitted: true }, { ifVersion: cart.version }),
        put('outbox', 'next', message),
      )
    }
    const next = await context.store.get<SubmitOrder>('outbox', 'next')
    if (next === undefined) return
    await context.send('orders', next.value)
    await context.store.commit(remove('outbox', 'next', { ifVersion: next.version }))
  },
})
