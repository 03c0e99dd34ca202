/**
 * Near miss: a booking and its cancellation are both removed when they meet, because nobody seems to need them any more. But when a copy of
 * the booking comes, the cancellation is missing.
 *
 * Caught by: ★★ the booking comes an hour after
 * Because: expected € 5,000 paid for order o1, found € 25,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Statement {
  readonly payments: Readonly<Record<string, number>>
  /** The ids of the payments whose cancellation came first, or came last. */
  readonly cancelled: readonly string[]
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await change(
      orderId,
      (payments, cancelled) =>
        cancelled.includes(paymentId) && payments[paymentId] === undefined
          ? [payments, cancelled.filter((id) => id !== paymentId)]
          : [{ ...payments, [paymentId]: amount }, cancelled],
      context,
    )
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await change(orderId, (payments, cancelled) => [payments, [...new Set([...cancelled, paymentId])]], context)
  },
})

type Change = (payments: Readonly<Record<string, number>>, cancelled: readonly string[]) => [Readonly<Record<string, number>>, readonly string[]]

async function change(orderId: string, next: Change, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const [payments, cancelled] = next(found?.value.payments ?? {}, found?.value.cancelled ?? [])
  const paid = Object.entries(payments).reduce((sum, [id, amount]) => (cancelled.includes(id) ? sum : sum + amount), 0)
  const statement: Statement = { payments, cancelled, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
