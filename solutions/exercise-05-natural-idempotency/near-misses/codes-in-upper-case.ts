/**
 * Near miss: codes are tidied up as one does with what people type. Ids have no meaning, so nobody has said that "spring" and "SPRING" are one
 * voucher: the second one counts for nothing.
 *
 * Caught by: ★ a customer may have two vouchers
 * Because: expected Porsche 911 for € 86,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly lines?: Readonly<Record<string, { readonly extra: string; readonly price: number }>>
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({ ...order, lines: { ...order.lines, [lineId]: { extra, price } } }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code.trim().toUpperCase()]: amount } }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const lines = Object.values(order.lines ?? {})
  const total = lines.reduce((sum, { price }) => sum + price, order.price) - Object.values(order.vouchers ?? {}).reduce((sum, amount) => sum + amount, 0)
  return { car: order.car, extras: lines.map(({ extra }) => extra), total }
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
