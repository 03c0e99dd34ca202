/**
 * Near miss: the discount is set instead of added, so a copy changes nothing. But it has no key: the second voucher overwrites the
 * first, and a real one is lost.
 *
 * Caught by: ★ a customer may have two vouchers
 * Because: found Porsche 911 for € 88,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, { readonly extra: string; readonly price: number }>>
  readonly discount?: number
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({ ...order, extras: { ...order.extras, [lineId]: { extra, price } } }))
  },

  async RedeemVoucher({ orderId, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, discount: amount }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const extras = Object.values(order.extras ?? {})
  return { car: order.car, extras: extras.map(({ extra }) => extra), total: order.price + sum(extras.map(({ price }) => price)) - (order.discount ?? 0) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
