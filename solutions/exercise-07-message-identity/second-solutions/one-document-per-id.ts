/**
 * Second solution: the account stays small. Each message leaves a document under its id, inserted in the same commit as the balance. The
 * insert stops a copy that comes at the same time; the version check stops another payment.
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const seen = await context.store.get('processed', context.messageId)
    if (seen !== undefined) return

    const found = await context.store.get<Account>('accounts', message.customer)
    const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars) }
    // A ConcurrencyError leaves the handler: the message comes again, and the next attempt sees who was faster.
    await context.store.commit(
      insert('processed', context.messageId, { customer: message.customer }),
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
