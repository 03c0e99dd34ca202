/**
 * Near miss: the fact is kept, but it is about the order instead of the payment. When the customer pays again, with another payment, the
 * old cancellation swallows the new money.
 *
 * Caught by: ★ a payment is cancelled, and the customer pays again
 * Because: expected € 5,000 paid for order o1, found € 0
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Statement {
  readonly payments: Readonly<Record<string, number>>
  readonly cancelled: boolean
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await record(orderId, { [paymentId]: amount }, false, context)
  },

  async CancelPayment({ orderId }: CancelPayment, context) {
    await record(orderId, {}, true, context)
  },
})

async function record(orderId: string, booked: Record<string, number>, isCancelled: boolean, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const payments = { ...found?.value.payments, ...booked }
  const cancelled = isCancelled || found?.value.cancelled === true
  const paid = cancelled ? 0 : Object.values(payments).reduce((sum, amount) => sum + amount, 0)
  const statement: Statement = { payments, cancelled, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
