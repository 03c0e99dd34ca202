/**
 * Near miss: the ids are kept in one text, and looked for in it. After m10, m1 is found there as well, and its payment never counts.
 *
 * Caught by: ★★★ any conversation
 * Because: expected € 10,000 in the account of Erik, found € 5,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
  readonly processed: string
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const { balance, processed } = found?.value ?? { balance: 0, processed: '' }
    if (processed.includes(context.messageId)) return

    const booked: Account = { balance: balance + sumOf(message.cars), processed: `${processed}${context.messageId};` }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
