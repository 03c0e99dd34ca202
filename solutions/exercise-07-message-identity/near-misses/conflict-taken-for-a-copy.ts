/**
 * Near miss: the id cannot be inserted twice, so a conflict must be a copy, and a copy is done. But the conflict may be about the
 * balance: another payment was faster, and this one is dropped.
 *
 * Caught by: ★★ two payments at the same time
 * Because: expected € 40,000 in the account of Erika, found € 20,000
 */
import { ConcurrencyError, endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars) }
    try {
      await context.store.commit(
        insert('processed', context.messageId, {}),
        found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
      )
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
