/**
 * Near miss: the extras are right, but nobody thought of the other handler. Each copy of a voucher makes the car cheaper.
 *
 * Caught by: ★★ the voucher is stored
 * Because: found Porsche 911 for € 87,000
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
    await change(context, orderId, (order) => ({ ...order, discount: (order.discount ?? 0) + amount }))
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
