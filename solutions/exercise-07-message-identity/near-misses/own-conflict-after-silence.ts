/**
 * Near miss: the store does not respond, so the same commit is tried again, and a conflict is taken to mean that the first one took
 * effect. It may have been another payment.
 *
 * Caught by: ★★★ two consumers and two payments, through every ambiguous commit
 * Because: expected € 40,000 in the account of Erika, found € 20,000
 */
import { ConcurrencyError, endpoint, insert, put, TimeoutError } from '#lib'
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
    const write = found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version })
    try {
      await context.store.commit(write)
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
      await context.store.commit(write).catch((second: unknown) => {
        if (!(second instanceof ConcurrencyError)) throw second // a conflict: so the first attempt took effect
      })
    }
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
