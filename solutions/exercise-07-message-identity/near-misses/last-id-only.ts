/**
 * Near miss: the account remembers the last message. That is enough as long as a copy comes right behind its original; after the next
 * payment it counts again.
 *
 * Caught by: ★★ a copy comes after the next payment
 * Because: expected € 40,000 in the account of Erika, found € 60,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
  readonly lastMessageId: string
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    if (found?.value.lastMessageId === context.messageId) return

    const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars), lastMessageId: context.messageId }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
