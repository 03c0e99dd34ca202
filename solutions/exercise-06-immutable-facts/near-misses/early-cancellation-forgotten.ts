/**
 * Near miss: a cancelled payment stays cancelled. But a cancellation whose booking has not arrived yet finds nothing to mark, and is
 * forgotten; then the booking arrives.
 *
 * Caught by: ★★ the cancellation overtakes its booking
 * Because: expected € 0 paid for order o1, found € 20,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Payment {
  readonly amount: number
  readonly cancelled: boolean
}

type Payments = Readonly<Record<string, Payment>>

interface Statement {
  readonly payments: Payments
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await change(orderId, (payments) => ({ [paymentId]: { amount, cancelled: false }, ...payments }), context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await change(
      orderId,
      (payments) => {
        const payment = payments[paymentId]
        return payment === undefined ? payments : { ...payments, [paymentId]: { ...payment, cancelled: true } }
      },
      context,
    )
  },
})

async function change(orderId: string, next: (payments: Payments) => Payments, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const payments = next(found?.value.payments ?? {})
  const paid = Object.values(payments).reduce((sum, { cancelled, amount }) => (cancelled ? sum : sum + amount), 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
