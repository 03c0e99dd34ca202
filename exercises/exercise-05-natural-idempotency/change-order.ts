import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

/** What is stored of an order. What it looks like inside is yours to change. */
interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
}

export const orders = endpoint('orders', {
  // TODO: the same message may come again, at once or an hour later. What could an order remember so that it makes no difference?
  async AddExtra({ orderId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({
      ...order,
      extras: [...(order.extras ?? []), extra],
      total: (order.total ?? order.price) + price,
    }))
  },

  async RedeemVoucher({ orderId, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, total: (order.total ?? order.price) - amount }))
  },
})

/** What the customer sees of a stored order. */
export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

/** Reads, changes and writes an order, unless somebody else has changed it meanwhile. Then the broker delivers the message again. */
async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
