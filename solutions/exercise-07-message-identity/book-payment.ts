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
    const booked: Account = { balance: account.balance + sumOf(message.cars), processed: [...account.processed, context.messageId] }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
