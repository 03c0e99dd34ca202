/**
 * Near miss: first the money, then the record that the message was handled. A crash between the two leaves money without a record, and the
 * message comes again.
 *
 * Caught by: ★★ orders crashes, and the message comes again
 * Because: expected € 20,000 in the account of Erika, found € 40,000
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
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
    await context.store.commit(put('processed', context.messageId, { customer: message.customer }))
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
