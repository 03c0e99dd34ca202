/**
 * Second solution: no list of facts, but a number per payment that only ever goes up: 0 unheard of, 1 booked, 2 cancelled. Of two messages
 * the higher number wins, whichever comes first. It is a version, assigned by the business and not by the clock.
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Payment {
  readonly stage: number
  /** In euros; 0 as long as only the cancellation is known. */
  readonly amount: number
}

interface Statement {
  readonly payments: Readonly<Record<string, Payment>>
  /** What the booked ones make, in euros. */
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await raise(orderId, paymentId, { stage: 1, amount }, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await raise(orderId, paymentId, { stage: 2, amount: 0 }, context)
  },
})

async function raise(orderId: string, paymentId: string, payment: Payment, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const known = found?.value.payments ?? {}
  if ((known[paymentId]?.stage ?? 0) >= payment.stage) return

  const payments = { ...known, [paymentId]: payment }
  const paid = Object.values(payments).reduce((sum, { stage, amount }) => (stage === 1 ? sum + amount : sum), 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}
