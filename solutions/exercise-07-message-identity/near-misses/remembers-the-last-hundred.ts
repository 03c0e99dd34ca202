/**
 * Near miss: the last hundred ids are kept, more than anybody's payments in a year. There is no bound for a copy.
 *
 * Caught by: ★★★ a copy comes a year late
 * Because: expected € 2,400,000 in the account of Erika, found € 2,420,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

/** What `orders` knows about a customer's money. */
interface Account {
  /** In euros. */
  readonly balance: number
  /** The ids of the messages that are in the balance. */
  readonly processed: readonly string[]
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const account = found?.value ?? { balance: 0, processed: [] }
    if (account.processed.includes(context.messageId)) return

    // The effect and its trace in one document: nobody sees one without the other.
    const booked: Account = { balance: account.balance + sumOf(message.cars), processed: [...account.processed, context.messageId].slice(-100) }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
