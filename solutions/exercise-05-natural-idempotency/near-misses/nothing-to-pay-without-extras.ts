/**
 * Near miss: the total is stored with the first change, and until then it is taken for 0. An order without extras costs nothing.
 *
 * Caught by: ★★★ any history
 * Because: found VW Beetle for € 0
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
  /** Line ids and voucher codes that are in the list and in the total. */
  readonly counted?: readonly string[]
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
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? 0 }
}

async function changeOnce(context: Context, orderId: string, key: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  const { counted = [] } = found.value
  if (counted.includes(key)) return
  await context.store.commit(put('orders', orderId, { ...how(found.value), counted: [...counted, key] }, { ifVersion: found.version }))
}
