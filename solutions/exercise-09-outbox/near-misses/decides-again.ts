/**
 * Near miss: the retry takes its own payment off the total and decides again. That gives the same result, unless the total has moved on in
 * the meantime.
 *
 * Caught by: ★★ marketing crashes, and the next payment overtakes
 * Because: Erika has paid more than € 50,000, and has no voucher
 */
import { endpoint, insert, put, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/** What `marketing` knows about a customer. */
interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
  /** The ids of the messages that are in the total. */
  readonly processed: readonly string[]
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    const before = found?.value ?? { total: 0, processed: [] }
    let after = before
    let totalBefore = before.total

    if (!before.processed.includes(context.messageId)) {
      after = { total: before.total + message.amount, processed: [...before.processed, context.messageId] }
      await context.store.commit(save(message.customer, after, found?.version))
    } else {
      totalBefore = before.total - message.amount
    }

    if (totalBefore <= threshold && after.total > threshold) {
      const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: after.total / 100 }
      await context.publish(event, { id: `${context.messageId}/${context.endpoint}/voucher` })
    }
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
