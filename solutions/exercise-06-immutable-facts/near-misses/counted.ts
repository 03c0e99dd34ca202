/**
 * Near miss: bookings and cancellations of a payment are counted, and the payment stands as long as there are more bookings. Addition does
 * not mind the order, but it minds copies.
 *
 * Caught by: ★★ the network makes a copy, and it comes out of turn
 * Because: expected € 0 paid for order o1, found € 20,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Payment {
  readonly amount: number
  readonly balance: number
}

interface Statement {
  readonly payments: Readonly<Record<string, Payment>>
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await add(orderId, paymentId, 1, amount, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await add(orderId, paymentId, -1, 0, context)
  },
})

async function add(orderId: string, paymentId: string, step: number, amount: number, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const known = found?.value.payments[paymentId] ?? { amount: 0, balance: 0 }
  const payments = { ...found?.value.payments, [paymentId]: { amount: Math.max(known.amount, amount), balance: known.balance + step } }
  const paid = Object.values(payments).reduce((sum, payment) => (payment.balance > 0 ? sum + payment.amount : sum), 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
