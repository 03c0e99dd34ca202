/**
 * Near miss: each payment is a document under its message id, and the balance is the sum of them all: of all customers.
 *
 * Caught by: ★ each customer has an account
 * Because: expected € 40,000 in the account of Erika, found € 45,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const amount = message.cars.reduce((sum, price) => sum + price, 0)
    const found = await context.store.get<Account>('accounts', message.customer)
    const others = (await context.store.list<{ readonly amount: number }>('payments')).filter(({ id }) => id !== context.messageId)
    const booked: Account = { balance: others.reduce((sum, { value }) => sum + value.amount, amount) }
    await context.store.commit(
      put('payments', context.messageId, { customer: message.customer, amount }),
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})
