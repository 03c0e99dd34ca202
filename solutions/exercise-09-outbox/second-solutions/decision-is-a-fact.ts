/**
 * Second solution: the payments are kept as facts, in the order in which they were booked, and everything else is derived from them. What
 * was decided once can be derived again at any time, so there is nothing to keep for it. It works because the order is committed and never
 * changes, and it costs a list that grows with every payment.
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentBooked, VoucherGranted } from '#driveway'

/** What `marketing` knows about a customer. */
interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
  /** In the order in which they were booked. */
  readonly payments: readonly { readonly id: string; readonly amount: number }[]
}

const threshold = 50_000

export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    let { total, payments } = found?.value ?? { total: 0, payments: [] }

    if (!payments.some(({ id }) => id === context.messageId)) {
      total += message.amount
      payments = [...payments, { id: context.messageId, amount: message.amount }]
      const customer: Customer = { total, payments }
      await context.store.commit(
        found === undefined ? insert('customers', message.customer, customer) : put('customers', message.customer, customer, { ifVersion: found.version }),
      )
    }

    // What the total was when this payment was booked, whatever it is by now.
    const place = payments.findIndex(({ id }) => id === context.messageId)
    const before = payments.slice(0, place).reduce((sum, { amount }) => sum + amount, 0)
    const after = before + message.amount
    if (before <= threshold && after > threshold) {
      const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: after / 100 }
      await context.publish(event, { id: `${context.messageId}/${context.endpoint}/voucher` })
    }
  },
})
