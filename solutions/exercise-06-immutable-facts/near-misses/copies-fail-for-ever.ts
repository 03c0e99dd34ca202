/**
 * Near miss: a copy is refused by the insert, each time anew. The statement is right, and the copy ends in the dead-letter queue, where somebody has to
 * find out that there is nothing to do.
 *
 * Caught by: ★★ the network makes a copy, and it comes out of turn
 * Because: found it in the dead-letter queue
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

  const facts = [...documents.map(({ value }) => value).filter(({ orderId }) => orderId === fact.orderId), fact]
  const cancelled = new Set(facts.filter(({ kind }) => kind === 'cancelled').map(({ paymentId }) => paymentId))
  const paid = facts.reduce((sum, { paymentId, amount }) => (cancelled.has(paymentId) ? sum : sum + amount), 0)
  await context.store.commit(
    insert('facts', id, fact),
    statement === undefined ? insert('statements', fact.orderId, { paid }) : put('statements', fact.orderId, { paid }, { ifVersion: statement.version }),
  )
}
