/**
 * Near miss: the processed ids are kept in one text, and looked for in it. After m10, m1 is found there as well, and its payment never
 * counts.
 *
 * Caught by: ★★★ any conversation
 * Because: Erik has paid € 120,000, and marketing believes € 60,000
 */
import { endpoint, insert, put, remove, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

interface Customer {
  readonly total: number
  readonly processed: string
}

const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    const before = found?.value ?? { total: 0, processed: '' }

    if (!before.processed.includes(context.messageId)) {
      const after: Customer = { total: before.total + message.amount, processed: `${before.processed} ${context.messageId}` }
      const writes: Write[] = [save(message.customer, after, found?.version)]
      if (before.total <= threshold && after.total > threshold) {
        const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: after.total / 100 }
        writes.push(insert('outbox', context.messageId, event))
      }
      await context.store.commit(...writes)
    }

    const waiting = await context.store.get<VoucherGranted>('outbox', context.messageId)
    if (waiting === undefined) return
    await context.publish(waiting.value, { id: `${context.messageId}/${context.endpoint}/voucher` })
    await context.store.commit(remove('outbox', context.messageId))
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
