import { endpoint, insert, put } from '#lib'
import type { PaymentBooked } from '#driveway'

/** What `marketing` knows about a customer. */
export interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
  readonly processed: readonly string[]
}

/** Downstream. It does what exercise 07 taught: each message id counts once. */
export const marketing = endpoint('marketing', {
  async PaymentBooked(message: PaymentBooked, context) {
    const found = await context.store.get<Customer>('customers', message.customer)
    const customer = found?.value ?? { total: 0, processed: [] }
    if (customer.processed.includes(context.messageId)) return

    const next: Customer = { total: customer.total + message.amount, processed: [...customer.processed, context.messageId] }
    await context.store.commit(
      found === undefined ? insert('customers', message.customer, next) : put('customers', message.customer, next, { ifVersion: found.version }),
    )
  },
})
