/**
 * Near miss: the ids are right, and a commit without a response is taken for done, so that nothing is booked twice. If it had not taken
 * effect, nothing is booked at all. Yet the ids were there to make trying again harmless.
 *
 * Caught by: ★★★ two consumers and one payment
 * Because: expected € 20,000 in the account of Erika, found € 0
 */
import { endpoint, insert, put, TimeoutError } from '#lib'
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
    try {
      await context.store.commit(
        found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
      )
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
    }
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
