/**
 * Near miss: the facts are read from a collection that all orders share, and all of them are added up.
 *
 * Caught by: ★ each order has payments of its own
 * Because: paid for order o2
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

interface Fact {
  readonly orderId: string
  readonly paymentId: string
  readonly kind: 'booked' | 'cancelled'
  /** In euros; 0 for a cancellation. */
  readonly amount: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await record({ orderId, paymentId, kind: 'booked', amount }, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    await record({ orderId, paymentId, kind: 'cancelled', amount: 0 }, context)
  },
})

async function record(fact: Fact, context: HandlerContext): Promise<void> {
  // The statement first: if a fact comes between the two reads, the version check finds it.
  const statement = await context.store.get('statements', fact.orderId)
  const documents = await context.store.list<Fact>('facts')
  const id = `${fact.paymentId} ${fact.kind}`
  if (documents.some((document) => document.id === id)) return

  const facts = [...documents.map(({ value }) => value), fact]
  const cancelled = new Set(facts.filter(({ kind }) => kind === 'cancelled').map(({ paymentId }) => paymentId))
  const paid = facts.reduce((sum, { paymentId, amount }) => (cancelled.has(paymentId) ? sum : sum + amount), 0)
  await context.store.commit(
    insert('facts', id, fact),
    statement === undefined ? insert('statements', fact.orderId, { paid }) : put('statements', fact.orderId, { paid }, { ifVersion: statement.version }),
  )
}
