/**
 * Near miss: the broker says how often it has delivered a message, and only the first delivery counts. A copy made on the network is a
 * first delivery, too; and a first delivery may have crashed before it did anything.
 *
 * Caught by: ★★ the network makes a copy
 * Because: expected € 20,000 in the account of Erika, found € 40,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    if (context.deliveryCount > 1) return

    const found = await context.store.get<Account>('accounts', message.customer)
    const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars) }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
