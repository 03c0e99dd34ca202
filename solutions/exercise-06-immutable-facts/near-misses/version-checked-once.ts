/**
 * Near miss: that there is no statement yet is checked, and whether it has changed is not: facts that come at the same time overwrite each other.
 *
 * Caught by: ★★ she has paid before, and two payments come at the same time
 * Because: paid for order o1
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

/** Something that happened to a payment. It never changes, and it never goes away. */
type Fact =
  | { readonly kind: 'booked'; readonly paymentId: string; readonly amount: number }
  | { readonly kind: 'cancelled'; readonly paymentId: string }

/** What `billing` knows about the money for one order. */
interface Statement {
  readonly facts: readonly Fact[]
  /** What follows from the facts, in euros. */
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await record(orderId, { kind: 'booked', paymentId, amount }, context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    // It is recorded even if no booking is known: the booking may still come.
    await record(orderId, { kind: 'cancelled', paymentId }, context)
  },
})

/** Adds a fact to the statement, unless it is there or somebody else has changed the statement meanwhile. Then the message comes again. */
async function record(orderId: string, fact: Fact, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const known = found?.value.facts ?? []
  if (known.some(({ kind, paymentId }) => kind === fact.kind && paymentId === fact.paymentId)) return

  const facts = [...known, fact]
  const statement: Statement = { facts, paid: sumOf(facts) }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement),
  )
}

/** A function of the set: the result is the same in whatever order the facts came in. */
function sumOf(facts: readonly Fact[]): number {
  const cancelled = new Set(facts.filter(({ kind }) => kind === 'cancelled').map(({ paymentId }) => paymentId))
  return facts.reduce((sum, fact) => (fact.kind === 'booked' && !cancelled.has(fact.paymentId) ? sum + fact.amount : sum), 0)
}
