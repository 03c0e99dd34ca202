/**
 * Near miss: there is no message in the outbox, only the amount of the voucher. It is never cleared, so every copy sends the voucher
 * again, for ever.
 *
 * Caught by: ★ a customer who pays more than € 50,000
 * Because: the voucher of € 600 has left, and is still kept in customers Erika
 */
import { endpoint, insert, put, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/** What `marketing` knows about a customer. */
interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
  /** The ids of the messages that are in the total. */
  readonly processed: readonly string[]
  /** What a voucher is for, by the id of the message that led to it. */
  readonly due: Readonly<Record<string, number>>
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    let customer = found?.value ?? { total: 0, processed: [], due: {} }

    if (!customer.processed.includes(context.messageId)) {
      const total = customer.total + message.amount
      const processed = [...customer.processed, context.messageId]
      let { due } = customer
      if (customer.total <= threshold && total > threshold) {
        due = { ...due, [context.messageId]: total / 100 }
      }
      // One commit for all three: the state, the message's id, and what was decided.
      customer = { total, processed, due }
      await context.store.commit(save(message.customer, customer, found?.version))
    }

    const amount = customer.due[context.messageId]
    if (amount === undefined) return
    const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount }
    await context.publish(event, { id: `${context.messageId}/${context.endpoint}/voucher` })
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
