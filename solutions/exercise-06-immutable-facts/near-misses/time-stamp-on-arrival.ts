/**
 * Near miss: the newer message wins, and the time is taken when the message arrives. The copy arrives last, so it is the newest: this is
 * last write wins, with a clock.
 *
 * Caught by: ★★ the network makes a copy, and it comes out of turn
 * Because: expected € 0 paid for order o1, found € 20,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Payment {
  readonly status: 'booked' | 'cancelled'
  readonly amount: number
  readonly at: number
}

interface Statement {
  readonly payments: Readonly<Record<string, Payment>>
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await set(orderId, paymentId, { status: 'booked', amount, at: Date.now() }, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await set(orderId, paymentId, { status: 'cancelled', amount: 0, at: Date.now() }, context)
  },
})

async function set(orderId: string, paymentId: string, payment: Payment, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const known = found?.value.payments[paymentId]
  if (known !== undefined && known.at > payment.at) return

  const payments = { ...found?.value.payments, [paymentId]: payment }
  const paid = Object.values(payments).reduce((sum, { status, amount }) => (status === 'booked' ? sum + amount : sum), 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
