/**
 * Near miss: the ids make it idempotent, so the version check looks superfluous. Two consumers read the same account, each adds its own
 * payment and its own id, and the slower one overwrites the other's.
 *
 * Caught by: ★★ two payments at the same time
 * Because: expected € 40,000 in the account of Erika, found € 20,000
 */
import { endpoint, put } from '#lib'
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
    await context.store.commit(put('accounts', message.customer, booked))
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
