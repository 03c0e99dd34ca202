/**
 * Near miss: what has been counted is a document of its own, in the same commit, under the line's id or the code. Another order may have
 * a line of that id, and another customer the same spring voucher.
 *
 * Caught by: ★★★ any history
 * Because: with ["
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
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
  if ((await context.store.get('counted', key)) !== undefined) return
  await context.store.commit(insert('counted', key, { orderId }), put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
