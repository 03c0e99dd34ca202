/**
 * Near miss: every message is handled once, by its id, so no message counts twice. But two different messages still come in any order:
 * a cancellation that is faster than its booking removes nothing, is done, and the booking stays.
 *
 * Caught by: ★★ the network makes a copy
 * Because: expected € 0 paid for order o1, found € 20,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

type Payments = Readonly<Record<string, number>>

interface Statement {
  readonly payments: Payments
  readonly processed: readonly string[]
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await once(orderId, (payments) => ({ ...payments, [paymentId]: amount }), context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await once(orderId, (payments) => Object.fromEntries(Object.entries(payments).filter(([id]) => id !== paymentId)), context)
  },
})

async function once(orderId: string, next: (payments: Payments) => Payments, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const processed = found?.value.processed ?? []
  if (processed.includes(context.messageId)) return

  const payments = next(found?.value.payments ?? {})
  const paid = Object.values(payments).reduce((sum, amount) => sum + amount, 0)
  const statement: Statement = { payments, processed: [...processed, context.messageId], paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
