/**
 * Second solution: the outbox consists of documents of its own, written in the same commit as the customer. A dispatcher empties it, woken
 * by a message that `marketing` sends to itself. A wake-up call too many finds nothing, and does no harm.
 */
import { endpoint, insert, put, remove, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/** `marketing` to itself: there may be something in the outbox. */
interface DispatchOutbox {
  readonly type: 'DispatchOutbox'
  readonly entry: string
}

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
      const writes = [save(message.customer, { total, processed: [...customer.processed, context.messageId] }, found?.version)]
      if (customer.total <= threshold && total > threshold) {
        const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: total / 100 }
        writes.push(insert('outbox', context.messageId, event))
      }
      await context.store.commit(...writes)
    }

    // On every attempt: the one before may have come no further than its commit.
    if ((await context.store.get('outbox', context.messageId)) === undefined) return
    const dispatch: DispatchOutbox = { type: 'DispatchOutbox', entry: context.messageId }
    await context.send(context.endpoint, dispatch, { id: `${context.messageId}/${context.endpoint}/dispatch` })
  },

  /** The dispatcher. It knows nothing of payments: what is there is sent, under its own id, and then removed. */
  async DispatchOutbox(message: DispatchOutbox, context) {
    const left = await context.store.get<VoucherGranted>('outbox', message.entry)
    if (left === undefined) return
    await context.publish(left.value, { id: `${message.entry}/${context.endpoint}/voucher` })
    await context.store.commit(remove('outbox', message.entry))
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
