/**
 * Near miss: a flag says whether the voucher is out, and as long as it is not, every attempt grants it: under one id, but for the current
 * total. Whichever attempt comes first after a crash decides anew.
 *
 * Caught by: ★★ marketing crashes, and the next payment overtakes
 * Because: expected a voucher of € 600 for Erika, found one of € 1,200
 */
import { endpoint, insert, put, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/** What `marketing` knows about a customer. */
interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
  /** The ids of the messages that are in the total. */
  readonly processed: readonly string[]
  /** Set when the voucher is out. */
  readonly granted: boolean
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    const before = found?.value ?? { total: 0, processed: [], granted: false }
    let after = before
    let version = found?.version

    if (!before.processed.includes(context.messageId)) {
      after = { ...before, total: before.total + message.amount, processed: [...before.processed, context.messageId] }
      const [committed] = await context.store.commit(save(message.customer, after, version))
      version = committed
    }

    if (after.total > threshold && !after.granted) {
      const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: after.total / 100 }
      await context.publish(event, { id: `${message.customer}/voucher` })
      await context.store.commit(save(message.customer, { ...after, granted: true }, version))
    }
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
