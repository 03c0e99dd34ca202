/**
 * Near miss: two payments of the same amount on one order must be copies. Whoever pays in two equal parts has paid half.
 *
 * Caught by: ★★★ any history
 * Because: with ["
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Known {
  /** Amounts in euros, by the id of the payment. */
  readonly payments: Readonly<Record<string, number>>
  /** Their ids. */
  readonly cancelled: readonly string[]
}

interface Statement extends Known {
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await change(orderId, ({ payments, cancelled }) => ({ payments: { ...payments, [paymentId]: amount }, cancelled }), context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await change(orderId, ({ payments, cancelled }) => ({ payments, cancelled: [...cancelled, paymentId] }), context)
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
  const valid = Object.entries(payments).filter(([id]) => !cancelled.includes(id))
  return [...new Set(valid.map(([, amount]) => amount))].reduce((sum, amount) => sum + amount, 0)
}
