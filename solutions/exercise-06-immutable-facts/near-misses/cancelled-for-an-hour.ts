/**
 * Near miss: a cancellation counts for an hour, longer than any message should take. The booking that comes later than that counts.
 *
 * Caught by: ★★ the booking comes an hour after
 * Because: expected € 5,000 paid for order o1, found € 25,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Known {
  /** Amounts in euros, by the id of the payment. */
  readonly payments: Readonly<Record<string, number>>
  /** With the time. */
  readonly cancelled: readonly { readonly paymentId: string; readonly at: number }[]
}

interface Statement extends Known {
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await change(orderId, ({ payments, cancelled }) => ({ payments: { ...payments, [paymentId]: amount }, cancelled }), context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await change(orderId, ({ payments, cancelled }) => ({ payments, cancelled: [...cancelled, { paymentId, at: Date.now() }] }), context)
  },
})

async function change(orderId: string, next: (known: Known) => Known, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const known = next({ payments: found?.value.payments ?? {}, cancelled: found?.value.cancelled ?? [] })
  const statement: Statement = { ...known, paid: sumOf(known) }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}

function sumOf({ payments, cancelled }: Known): number {
  const recent = new Set(cancelled.filter(({ at }) => Date.now() - at < 3_600_000).map(({ paymentId }) => paymentId))
  const valid = Object.entries(payments).filter(([id]) => !recent.has(id))
  return valid.reduce((sum, [, amount]) => sum + amount, 0)
}
