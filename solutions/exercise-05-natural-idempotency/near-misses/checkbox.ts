/**
 * Near miss: a line that exists is removed again, as when somebody clicks a checkbox twice. The message says what the customer wants, and a
 * copy says it again; it does not take it back.
 *
 * Caught by: ★★ the broker delivers the winter tyres twice
 * Because: found Porsche 911 for € 89,000
 */
import { endpoint, put, type Context } from '#lib'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'

interface StoredOrder extends Order {
  /** By line id. */
  readonly extras?: Readonly<Record<string, { readonly extra: string; readonly price: number }>>
  readonly vouchers?: Readonly<Record<string, number>>
}

export const orders = endpoint('orders', {
  async AddExtra({ orderId, lineId, extra, price }: AddExtra, context) {
    await change(context, orderId, (order) => {
      const { [lineId]: chosen, ...others } = order.extras ?? {}
      return { ...order, extras: chosen === undefined ? { ...others, [lineId]: { extra, price } } : others }
    })
  },

  async RedeemVoucher({ orderId, code, amount }: RedeemVoucher, context) {
    await change(context, orderId, (order) => ({ ...order, vouchers: { ...order.vouchers, [code]: amount } }))
  },
})

export function invoiceOf(order: StoredOrder): Invoice {
  const extras = Object.values(order.extras ?? {})
  const total = order.price + sum(extras.map(({ price }) => price)) - sum(Object.values(order.vouchers ?? {}))
  return { car: order.car, extras: extras.map(({ extra }) => extra), total }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

async function change(context: Context, orderId: string, how: (order: StoredOrder) => StoredOrder): Promise<void> {
  const found = await context.store.get<StoredOrder>('orders', orderId)
  if (found === undefined) throw new Error(`there is no order ${orderId}`)
  await context.store.commit(put('orders', orderId, how(found.value), { ifVersion: found.version }))
}
