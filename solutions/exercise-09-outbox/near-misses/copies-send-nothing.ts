/**
 * Near miss: a first delivery that finds its message processed is taken for a copy, and sends nothing, since the broker will deliver
 * the original again. It has given that up.
 *
 * Caught by: ★★ marketing crashes and the payment is given up
 * Because: Erika has paid more than € 50,000, and her voucher never leaves
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
    let version = found?.version

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
      const [committed] = await context.store.commit(save(message.customer, customer, version))
      version = committed
    } else if (context.deliveryCount === 1) return // a copy: whoever was first sends what is left

    // Nothing is decided from here on. What is in the outbox was committed, so it may leave, and it stays until it has left.
    const { [context.messageId]: left, ...others } = customer.outbox
    if (left === undefined) return
    await context.publish(left.event, { id: left.id })
    await context.store.commit(save(message.customer, { ...customer, outbox: others }, version))
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
