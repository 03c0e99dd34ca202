/**
 * Near miss: everything is keyed, but nobody checks whether the order has changed since it was read. Two consumers read it at the same
 * time, and the one that writes last removes what the other has added.
 *
 * Caught by: ★★★ an extra and a voucher
 * Because: expected Porsche 911 + winter tyres for € 90,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, { readonly extra: string; readonly price: number }>>
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({ ...order, extras: { ...order.extras, [lineId]: { extra, price } } }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code]: amount } }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const extras = Object.values(order.extras ?? {})
  const total = order.price + sum(extras.map(({ price }) => price)) - sum(Object.values(order.vouchers ?? {}))
  return { car: order.car, extras: extras.map(({ extra }) => extra), total }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value)))
}
