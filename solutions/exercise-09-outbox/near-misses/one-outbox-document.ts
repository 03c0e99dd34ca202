/**
 * Near miss: the outbox is one document, and whoever decides something puts it there. Two who decide at the same time overwrite each
 * other.
 *
 * Caught by: ★★ two customers pay at the same time
 * Because: has paid more than € 50,000, and has no voucher
 */
import { endpoint, insert, put, remove, type Write } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

interface Customer {
  readonly total: number
  readonly processed: readonly string[]
}

const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    const before = found?.value ?? { total: 0, processed: [] }

    if (!before.processed.includes(context.messageId)) {
      const after: Customer = { total: before.total + message.amount, processed: [...before.processed, context.messageId] }
      const writes: Write[] = [save(message.customer, after, found?.version)]
      if (before.total <= threshold && after.total > threshold) {
        const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: after.total / 100 }
        writes.push(put('outbox', 'voucher', { id: `${context.messageId}/${context.endpoint}/voucher`, event }))
      }
      await context.store.commit(...writes)
    }

    const waiting = await context.store.get<{ readonly id: string; readonly event: VoucherGranted }>('outbox', 'voucher')
    if (waiting === undefined) return
    await context.publish(waiting.value.event, { id: waiting.value.id })
    await context.store.commit(remove('outbox', 'voucher'))
  },
})

/** Writes a customer, unless somebody else has done so since it was read. */
function save(name: string, customer: Customer, version: number | undefined): Write {
  return version === undefined ? insert('customers', name, customer) : put('customers', name, customer, { ifVersion: version })
}
