/**
 * Near miss: what has been counted is remembered for an hour, longer than any retry takes. A copy that comes later looks new again.
 *
 * Caught by: ★★ a copy comes an hour later
 * Because: found Porsche 911 + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
  /** Line ids and voucher codes, and when they went into the list and into the total. */
  readonly counted?: readonly { readonly key: string; readonly at: number }[]
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await changeOnce(context, orderId, `line ${lineId}`, (order) => ({
      ...order,
      extras: [...(order.extras ?? []), extra],
      total: (order.total ?? order.price) + price,
    }))
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await changeOnce(context, orderId, `voucher ${code}`, (order) => ({ ...order, total: (order.total ?? order.price) - amount }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

async function changeOnce(context: Context, orderId: string, key: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  const counted = (found.value.counted ?? []).filter(({ at }) => Date.now() - at < 3_600_000)
  if (counted.some((one) => one.key === key)) return
  await context.store.commit(put('orders', orderId, { ...how(found.value), counted: [...counted, { key, at: Date.now() }] }, { ifVersion: found.version }))
}
