/**
 * Near miss: ids grow, so the account remembers the highest one, and everything that is not higher is taken for a copy. A payment that was
 * overtaken is not higher either.
 *
 * Caught by: ★★ a copy comes after the next payment
 * Because: expected € 40,000 in the account of Erika, found € 20,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
  readonly highestMessageId: string
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    if (found !== undefined && context.messageId <= found.value.highestMessageId) return

    const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars), highestMessageId: context.messageId }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
