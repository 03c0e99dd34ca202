/**
 * Near miss: what has been counted is remembered for thirty days, longer than any broker keeps a message. A copy that somebody sends again
 * later looks new.
 *
 * Caught by: ★★ a copy comes an hour later
 * Because: found Porsche 911 + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  readonly extras?: readonly string[]
  readonly total?: number
  /** When each request came, in milliseconds. */
  readonly known?: Readonly<Record<string, number>>
}

const retention = 30 * 24 * 3_600_000

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) =>
      once(order, `line:${lineId}`, { extras: [...(order.extras ?? []), extra], total: (order.total ?? order.price) + price }),
    )
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => once(order, `voucher:${code}`, { total: (order.total ?? order.price) - amount }))
  },
})

function once(order: StoredOrder, key: string, changes: Partial<StoredOrder>): StoredOrder {
  const now = Date.now()
  const known = Object.fromEntries(Object.entries(order.known ?? {}).filter(([, at]) => now - at < retention))
  return key in known ? order : { ...order, ...changes, known: { ...known, [key]: now } }
}

export function invoiceOf(order: StoredOrder): Invoice {
  return { car: order.car, extras: order.extras ?? [], total: order.total ?? order.price }
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
