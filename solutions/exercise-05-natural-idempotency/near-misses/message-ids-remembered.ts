/**
 * Near miss: the order remembers the ids of the messages that changed it. That is right for the broker's copies (and the idea of exercise
 * 07), but a sender that repeats the same intent gives it a new id.
 *
 * Caught by: ★★ web is in doubt
 * Because: found Porsche 911 + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
  readonly handled?: readonly string[]
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, extra, price }: AddExtra, context) {
    await change(context, context.messageId, orderId, (order) => ({ ...order, extras: [...(order.extras ?? []), extra], total: (order.total ?? order.price) + price }))
  },

  async RedeemVoucher({ orderId, amount }: RedeemVoucher, context) {
    await change(context, context.messageId, orderId, (order) => ({ ...order, total: (order.total ?? order.price) - amount }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

async function change(context: Context, messageId: string, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  const { handled = [] } = found.value
  if (handled.includes(messageId)) return
  await context.store.commit(put('orders', orderId, { ...how(found.value), handled: [...handled, messageId] }, { ifVersion: found.version }))
}
