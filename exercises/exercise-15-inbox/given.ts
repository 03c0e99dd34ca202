import { ConcurrencyError, endpoint, insert, put, type PipelineStep } from '#lib'
import type { PaymentBooked, PaymentReceived, VoucherGranted } from '#driveway'

/** What `marketing` knows about a customer: no ids, no messages. */
export interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

/** How long the inbox remembers a message: seven days, in milliseconds. Then the night watchman sends ForgetMessage. */
export const retention = 7 * 24 * 3_600_000

/** There is nothing to do here: the step around the handlers does the forgetting. */
const ForgetMessage = (): Promise<void> => Promise.resolve()

/** Books each car on its own. It stores nothing. */
export const orders = (step: PipelineStep) =>
  endpoint(
    'orders',
    {
      async PaymentReceived(message: PaymentReceived, context) {
        for (const amount of message.cars) {
          const event: PaymentBooked = { type: 'PaymentBooked', customer: message.customer, amount }
          await context.publish(event)
        }
      },
      ForgetMessage,
    },
    { pipeline: [step] },
  )

/** Exercise 09 without anything that exercises 07 to 09 were about. */
export const marketing = (step: PipelineStep) =>
  endpoint(
    'marketing',
    {
      async PaymentBooked(message: PaymentBooked, context) {
        const found = await context.store.get<Customer>('customers', message.customer)
        const before = found?.value.total ?? 0
        const customer: Customer = { total: before + message.amount }
        await context.store.commit(
          found === undefined ? insert('customers', message.customer, customer) : put('customers', message.customer, customer, { ifVersion: found.version }),
        )
        if (before <= threshold && customer.total > threshold) {
          const event: VoucherGranted = { type: 'VoucherGranted', customer: message.customer, amount: customer.total / 100 }
          await context.publish(event)
        }
      },
      ForgetMessage,
    },
    { pipeline: [step] },
  )

/** A voucher as `billing` keeps it, under the id of the message that announced it. */
export interface Voucher {
  readonly customer: string
  /** In euros. */
  readonly amount: number
}

/** Downstream. Each message id counts once: the second `insert` of the same one fails. */
export const billing = endpoint('billing', {
  async VoucherGranted(message: VoucherGranted, context) {
    const voucher: Voucher = { customer: message.customer, amount: message.amount }
    try {
      await context.store.commit(insert('vouchers', context.messageId, voucher))
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
  },
})
