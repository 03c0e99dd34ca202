/**
 * Near miss: the process remembers which messages it has handled. After a crash it remembers nothing, and the other consumer never did.
 *
 * Caught by: ★★ orders crashes, and the message comes again
 * Because: expected € 20,000 in the account of Erika, found € 40,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
}

export const orders = endpoint('orders', () => {
  const processed = new Set<string>()
  return {
    async PaymentReceived(message: PaymentReceived, context) {
      if (processed.has(context.messageId)) return

      const found = await context.store.get<Account>('accounts', message.customer)
      const booked: Account = { balance: (found?.value.balance ?? 0) + sumOf(message.cars) }
      await context.store.commit(
        found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
      )
      processed.add(context.messageId)
    },
  }
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
