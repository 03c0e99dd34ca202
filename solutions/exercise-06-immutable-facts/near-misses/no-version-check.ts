/**
 * Near miss: the facts are right, but they overwrite whatever is there. Two consumers that read the same statement each add their own fact,
 * and the slower one removes the other's.
 *
 * Caught by: ★★ she has paid before, and two payments come at the same time
 * Because: expected € 25,100 paid for order o1, found € 25,000
 */
import { endpoint, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Statement {
  readonly booked: Readonly<Record<string, number>>
  readonly cancelled: readonly string[]
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await record(orderId, { [paymentId]: amount }, [], context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await record(orderId, {}, [paymentId], context)
  },
})

async function record(orderId: string, newlyBooked: Record<string, number>, newlyCancelled: readonly string[], context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const booked = { ...found?.value.booked, ...newlyBooked }
  const cancelled = [...new Set([...(found?.value.cancelled ?? []), ...newlyCancelled])]
  const paid = Object.entries(booked).reduce((sum, [id, amount]) => (cancelled.includes(id) ? sum : sum + amount), 0)
  const statement: Statement = { booked, cancelled, paid }
  await context.store.commit(put('statements', orderId, statement))
}
