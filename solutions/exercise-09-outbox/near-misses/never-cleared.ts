/**
 * Near miss: what has left is kept for ever, and every copy of the payment sends it again. Nobody gets a second voucher that way, but the
 * document grows with everything that was ever sent.
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
  /** Decided, and perhaps not sent yet: by the id of the message that led to it. */
  readonly outbox: Readonly<Record<string, Outgoing>>
}

interface Outgoing {
  readonly id: string
  readonly event: VoucherGranted
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    let customer = found?.value ?? { total: 0, processed: [], outbox: {} }

    if (!customer.processed.includes(context.messageId)) {
      const total = customer.total + message.amount
      const processed = [...customer.processed, context.messageId]
      let { outbox } = customer
      if (customer.total <= threshold && total > threshold) {
        const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: total / 100 }
        outbox = { ...outbox, [context.messageId]: { id: `${context.messageId}/${context.endpoint}/voucher`, event } }
      }
      // One commit for all three: the state, the message's id, and what was decided.
      customer = { total, processed, outbox }
      await context.store.commit(save(message.customer, customer, found?.version))
    }

    // Nothing is decided from here on. What is in the outbox was committed, so it may leave, and it stays until it has left.
    const left = customer.outbox[context.messageId]
    if (left === undefined) return
    await context.publish(left.event, { id: left.id })
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
