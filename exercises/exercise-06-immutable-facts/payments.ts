import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { BookPayment, CancelPayment } from '#driveway'

/** Amounts in euros, by the id of the payment. */
type Payments = Readonly<Record<string, number>>

/** What `billing` knows about the money for one order. */
interface Statement {
  readonly payments: Payments
  /** Their sum, in euros. */
  readonly paid: number
}

export const billing = endpoint('billing', {
  async BookPayment({ orderId, paymentId, amount }: BookPayment, context) {
    await change(orderId, (payments) => ({ ...payments, [paymentId]: amount }), context)
  },

  async CancelPayment({ orderId, paymentId }: CancelPayment, context) {
    // TODO: the booking of p1 may come once more, or only now. How will it know that p1 was cancelled?
    await change(orderId, (payments) => without(payments, paymentId), context)
  },
})

/** Reads the statement, and writes it back changed, unless somebody else has changed it meanwhile. Then the message comes again. */
async function change(orderId: string, next: (payments: Payments) => Payments, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Statement>('statements', orderId)
  const payments = next(found?.value.payments ?? {})
  const paid = Object.values(payments).reduce((sum, amount) => sum + amount, 0)
  const statement: Statement = { payments, paid }
  await context.store.commit(
    found === undefined ? insert('statements', orderId, statement) : put('statements', orderId, statement, { ifVersion: found.version }),
  )
}

function without(payments: Payments, paymentId: string): Payments {
  return Object.fromEntries(Object.entries(payments).filter(([id]) => id !== paymentId))
}
