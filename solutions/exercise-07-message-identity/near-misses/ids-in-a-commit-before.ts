/**
 * Near miss: first the record that the message was handled, then the money. A crash between the two leaves a record without money, and when
 * the message comes again, nobody books it.
 *
 * Caught by: ★★ orders crashes, and the message comes again
 * Because: expected € 20,000 in the account of Erika, found € 0
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
    await context.store.commit(put('processed', context.messageId, { customer: message.customer }))

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
