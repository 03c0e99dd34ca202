/**
 * Near miss: a line that exists is left alone, and the total is updated in a commit of its own. A crash between the two leaves winter tyres
 * that nobody pays for: the copy that could repair it sees the line and does nothing.
 *
 * Caught by: ★★★ winter tyres
 * Because: found Porsche 911 + winter tyres for € 89,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, string>>
  readonly vouchers?: readonly string[]
  readonly total?: number
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    const order = await context.store.get<StoredOrder>('orders', orderId)
    if (order?.value.extras?.[lineId] !== undefined) return
    await change(context, orderId, (order) => ({ ...order, extras: { ...order.extras, [lineId]: extra } }))
    await change(context, orderId, (order) => ({ ...order, total: (order.total ?? order.price) + price }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    const order = await context.store.get<StoredOrder>('orders', orderId)
    if (order?.value.vouchers?.includes(code) === true) return
    await change(context, orderId, (order) => ({ ...order, vouchers: [...(order.vouchers ?? []), code] }))
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
