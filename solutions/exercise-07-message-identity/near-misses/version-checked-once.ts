/**
 * Near miss: that there is no account yet is checked, and whether it has changed is not: the first payment is safe, and those after it overwrite each other.
 *
 * Caught by: ★★ she has paid before, and two payments come at the same time
 * Because: expected € 60,000 in the account of Erika, found € 40,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
  readonly processed: readonly string[]
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const account = found?.value ?? { balance: 0, processed: [] }
    if (account.processed.includes(context.messageId)) return

    const booked: Account = { balance: account.balance + sumOf(message.cars), processed: [...account.processed, context.messageId] }
    await context.store.commit(found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked))
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
