/**
 * Near miss: an extra is recognised by what it is. A customer who orders two sets of winter tyres, for two cars or two houses, gets one.
 *
 * Caught by: ★ a customer may want two sets
 * Because: found Porsche 911 + winter tyres for
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By name. */
  readonly extras?: Readonly<Record<string, number>>
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({ ...order, extras: { ...order.extras, [extra]: price } }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code]: amount } }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const total = order.price + sum(Object.values(order.extras ?? {})) - sum(Object.values(order.vouchers ?? {}))
  return { car: order.car, extras: Object.keys(order.extras ?? {}), total }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
