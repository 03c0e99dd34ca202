/**
 * Near miss: a message is recognised by its contents. Erika buys two cars at the same price, and pays for one of them in vain.
 *
 * Caught by: ★ two payments of the same amount
 * Because: expected € 40,000 in the account of Erika, found € 20,000
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
    const content = JSON.stringify(message)
    if (account.processed.includes(content)) return

    const booked: Account = { balance: account.balance + sumOf(message.cars), processed: [...account.processed, content] }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
