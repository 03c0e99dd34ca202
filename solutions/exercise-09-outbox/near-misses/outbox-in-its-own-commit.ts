/**
 * Near miss: the outbox is written right after the state, in a commit of its own. After a crash between the two, the payment is booked
 * without its voucher; the retry finds it booked and nothing to send.
 *
 * Caught by: ★★ marketing crashes, and comes back
 * Because: Erika has paid more than € 50,000, and has no voucher
 */
import { endpoint, insert, put, remove, type Write } from '#lib'
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
    const customer = found?.value ?? { total: 0, processed: [] }

    if (!customer.processed.includes(context.messageId)) {
      const total = customer.total + message.amount
      await context.store.commit(save(message.customer, { total, processed: [...customer.processed, context.messageId] }, found?.version))
      if (customer.total <= threshold && total > threshold) {
        const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: total / 100 }
        await context.store.commit(put('outbox', context.messageId, event))
      }
    }

    const left = await context.store.get<VoucherGranted>('outbox', context.messageId)
    if (left === undefined) return
    await context.publish(left.value, { id: `${context.messageId}/${context.endpoint}/voucher` })
    await context.store.commit(remove('outbox', context.messageId))
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
