/**
 * Near miss: there is a key, but the value under it is counted up: a relative change in a keyed structure is still a relative change.
 *
 * Caught by: ★★ the broker delivers the winter tyres twice
 * Because: found Porsche 911 + winter tyres + winter tyres
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By name. */
  readonly extras?: Readonly<Record<string, { readonly price: number; readonly quantity: number }>>
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => {
      const quantity = (order.extras?.[extra]?.quantity ?? 0) + 1
      return { ...order, extras: { ...order.extras, [extra]: { price, quantity } } }
    })
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code]: amount } }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const extras = Object.entries(order.extras ?? {})
  const total = order.price + sum(extras.map(([, { price, quantity }]) => price * quantity)) - sum(Object.values(order.vouchers ?? {}))
  return { car: order.car, extras: extras.flatMap(([extra, { quantity }]) => Array.from({ length: quantity }, () => extra)), total }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
