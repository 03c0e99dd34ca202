/**
 * Near miss: the process remembers which lines and vouchers it has seen. After a crash it remembers nothing, and the other consumer never
 * did.
 *
 * Caught by: ★★★ winter tyres
 * Because: found Porsche 911 + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
}

export const orders = endpoint('orders', () => {
  const seen = new Set<string>()
  return {
    async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
      if (seen.has(lineId)) return
      await change(context, orderId, (order) => ({ ...order, extras: [...(order.extras ?? []), extra], total: (order.total ?? order.price) + price }))
      seen.add(lineId)
    },

    async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
      if (seen.has(code)) return
      await change(context, orderId, (order) => ({ ...order, total: (order.total ?? order.price) - amount }))
      seen.add(code)
    },
  }
})

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
