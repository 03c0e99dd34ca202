/**
 * Near miss: the extras are keyed by their lines, and a copy leaves them as they are. But the total is still a running sum, increased by
 * every copy.
 *
 * Caught by: ★★ the broker delivers the winter tyres twice
 * Because: found Porsche 911 + winter tyres for € 93,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, string>>
  readonly total?: number
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({
      ...order,
      extras: { ...order.extras, [lineId]: extra },
      total: (order.total ?? order.price) + price,
    }))
  },

  async RedeemVoucher({ orderId, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, total: (order.total ?? order.price) - amount }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: Object.values(order.extras ?? {}), total: order.total ?? order.price }
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
