/**
 * Near miss: a cancellation that comes first fails on purpose, so that the broker delivers it again until the booking is there. The broker
 * does not try for ever: when a booking takes longer, the cancellation is already in the dead-letter queue.
 *
 * Caught by: ★★ the network makes a copy, and it comes out of turn
 * Because: expected cancel-p1 in the statement, found it in the dead-letter queue
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Payment {
  readonly amount: number
  readonly cancelled: boolean
}

interface Statement {
  readonly payments: Readonly<Record<string, Payment>>
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    const found = await context.store.get<Statement>('statements', orderId)
    const known = found?.value.payments ?? {}
    if (known[paymentId] !== undefined) return
    await save(orderId, { ...known, [paymentId]: { amount, cancelled: false } }, found?.version, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    const found = await context.store.get<Statement>('statements', orderId)
    const payment = found?.value.payments[paymentId]
    if (payment === undefined) throw new Error(`payment ${paymentId} is not booked yet`)
    await save(orderId, { ...found?.value.payments, [paymentId]: { ...payment, cancelled: true } }, found?.version, context)
  },
})

async function save(orderId: string, payments: Readonly<Record<string, Payment>>, version: number | undefined, context: HandlerContext): Promise<void> {
  const paid = Object.values(payments).reduce((sum, { cancelled, amount }) => (cancelled ? sum : sum + amount), 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(version === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: version }))
}
