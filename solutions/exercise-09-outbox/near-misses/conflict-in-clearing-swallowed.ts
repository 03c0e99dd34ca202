/**
 * Near miss: somebody else has written the customer, so clearing fails, and that is taken for no harm, since the voucher has left. It
 * stays in the outbox for good.
 *
 * Caught by: ★★ two payments at the same time, each of them enough
 * Because: the voucher of € 600 has left, and is still kept in customers Erika
 */
import { ConcurrencyError, endpoint, insert, put, type HandlerContext } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

interface Customer {
  readonly total: number
  readonly processed: readonly string[]
  /** What was decided, and has perhaps not left. */
  readonly outbox: readonly Letter[]
}

interface Letter {
  readonly id: string
  readonly event: VoucherGranted
}

const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    await book(message, context)
    await dispatch(message.customer, context)
  },
})

async function book({ customer, amount }: PaymentBooked, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Customer>('customers', customer)
  const before: Customer = found?.value ?? { total: 0, processed: [], outbox: [] }
  if (before.processed.includes(context.messageId)) return
  const total = before.total + amount
  const granted: Letter[] =
    before.total <= threshold && total > threshold
      ? [{ id: `${context.messageId}/${context.endpoint}/voucher`, event: { type: 'VoucherGranted', customer, amount: total / 100 } }]
      : []
  const after: Customer = { total, processed: [...before.processed, context.messageId], outbox: [...before.outbox, ...granted] }
  await context.store.commit(found === undefined ? insert('customers', customer, after) : put('customers', customer, after, { ifVersion: found.version }))
}

async function dispatch(customer: string, context: HandlerContext): Promise<void> {
  const found = await context.store.get<Customer>('customers', customer)
  const mine = found?.value.outbox.filter(({ id }) => id === `${context.messageId}/${context.endpoint}/voucher`) ?? []
  if (found === undefined || mine.length === 0) return
  for (const { id, event } of mine) await context.publish(event, { id })
  try {
    await context.store.commit(put('customers', customer, { ...found.value, outbox: found.value.outbox.filter((letter) => !mine.includes(letter)) }, { ifVersion: found.version }))
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error // somebody else has written the customer, and cleared it
  }
}
