import { endpoint, insert, put, type PipelineStep } from '#lib'
import type { GrantVoucher, PaymentBooked } from '#driveway'

/** What `marketing` knows about a customer. */
export interface Customer {
  /** Everything that the customer has ever paid, in euros. */
  readonly total: number
}

/** What a customer may spend instead of money. `marketing` keeps it in `credits`, under the customer's name. */
export interface Credit {
  /** In euros. */
  readonly balance: number
}

/** A customer who has paid more than this, in euros, gets one voucher: 1 % of the total at that moment. */
const threshold = 50_000

/** Both handlers add something to a number. `marketing` is both sender and receiver of GrantVoucher. */
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
          const command: GrantVoucher = { type: 'GrantVoucher', customer: message.customer, amount: customer.total / 100 }
          await context.send('marketing', command)
        }
      },

      async GrantVoucher(message: GrantVoucher, context) {
        const found = await context.store.get<Credit>('credits', message.customer)
        const credit: Credit = { balance: (found?.value.balance ?? 0) + message.amount }
        await context.store.commit(
          found === undefined ? insert('credits', message.customer, credit) : put('credits', message.customer, credit, { ifVersion: found.version }),
        )
      },
    },
    { pipeline: [step] },
  )
