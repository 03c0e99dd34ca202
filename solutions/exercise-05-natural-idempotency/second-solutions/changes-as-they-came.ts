/**
 * Second solution: nothing is decided when a message comes. It is stored as it came, copies and all, and the invoice counts each line and
 * each voucher once. The document grows with every copy; a correction of the rules needs no correction of the data.
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly changes?: readonly (AddExtra | RedeemVoucher)[]
}

export const orders = endpoint('orders', {
  async AddExtra(message: AddExtra, context) {
    await append(context, message)
  },

  async RedeemVoucher(message: RedeemVoucher, context) {
    await append(context, message)
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const changes = new Map((order.changes ?? []).map((change) => [change.type === 'AddExtra' ? `line ${change.lineId}` : `voucher ${change.code}`, change]))
  const extras: string[] = []
  let total = order.price
  for (const change of changes.values()) {
    if (change.type === 'AddExtra') extras.push(change.extra)
    total += change.type === 'AddExtra' ? change.price : -change.amount
  }
  return { car: order.car, extras, total }
}

async function append(context: Context, message: AddExtra | RedeemVoucher): Promise<void> {
  const { orderId } = message
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  const { changes = [] } = found.value
  await context.store.commit(put('orders', orderId, { ...found.value, changes: [...changes, message] }, { ifVersion: found.version }))
}
