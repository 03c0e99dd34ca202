/**
 * Near miss: the statement remembers that a payment was cancelled, in a field that has room for one. The second cancellation overwrites the
 * first, and then a copy of the first booking counts as money again.
 *
 * Caught by: ★★★ any history
 * Because: with [
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Statement {
  readonly payments: Readonly<Record<string, number>>
  readonly cancelledPaymentId: string | null
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    const found = await context.store.get<Statement>('statements', orderId)
    const { payments = {}, cancelledPaymentId = null } = found?.value ?? {}
    if (paymentId === cancelledPaymentId) return
    await save(orderId, { ...payments, [paymentId]: amount }, cancelledPaymentId, found?.version, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    const found = await context.store.get<Statement>('statements', orderId)
    const others = Object.fromEntries(Object.entries(found?.value.payments ?? {}).filter(([id]) => id !== paymentId))
    await save(orderId, others, paymentId, found?.version, context)
  },
})

async function save(orderId: string, payments: Readonly<Record<string, number>>, cancelledPaymentId: string | null, version: number | undefined, context: HandlerContext): Promise<void> {
  const paid = Object.values(payments).reduce((sum, amount) => sum + amount, 0)
  const statement: Statement = { payments, cancelledPaymentId, paid }
  await context.store.commit(version === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: version }))
}
