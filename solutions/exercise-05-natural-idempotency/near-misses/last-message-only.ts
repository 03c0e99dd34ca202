/**
 * Near miss: an order remembers the last message that changed it. A copy that comes right behind its original is recognised; one that comes
 * after another change is not.
 *
 * Caught by: ★★ a copy comes late
 * Because: found Porsche 911 + roof box + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
  /** What was done last. */
  readonly last?: string
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) =>
      order.last === lineId ? order : { ...order, extras: [...(order.extras ?? []), extra], total: (order.total ?? order.price) + price, last: lineId },
    )
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => (order.last === code ? order : { ...order, total: (order.total ?? order.price) - amount, last: code }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
