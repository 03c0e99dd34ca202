/**
 * Near miss: the invoice shows the extras as they are stored, by line id, and a cast keeps the compiler quiet. Whoever prints the invoice
 * expects a list.
 *
 * Caught by: ★ an extra and a voucher
 * Because: but invoiceOf returned {
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

/** What is stored of an order. What it looks like inside is yours to change. */
interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, { readonly extra: string; readonly price: number }>>
  /** By code, in euros. */
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  // What is set under a key can be set again. Nothing is appended, and no sum is kept.
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => ({ ...order, extras: { ...order.extras, [lineId]: { extra, price } } }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code]: amount } }))
  },
})

/** What the customer sees of a stored order. The total is not stored: it follows from the rest. */
export function invoiceOf(order: StoredOrder): Invoice {
  const extras = Object.values(order.extras ?? {})
  const prices = [order.price, ...extras.map(({ price }) => price)]
  const discounts = Object.values(order.vouchers ?? {})
  return { car: order.car, extras: (order.extras ?? {}) as unknown as Invoice['extras'], total: sum(prices) - sum(discounts) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** Reads, changes and writes an order, unless somebody else has changed it meanwhile. Then the broker delivers the message again. */
async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
