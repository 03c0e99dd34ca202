/**
 * Near miss: an id document that can be inserted only once, in the same commit as the balance. That stops copies. It does not stop two
 * different payments that read the same balance.
 *
 * Caught by: ★★ two payments at the same time
 * Because: expected € 40,000 in the account of Erika, found € 20,000
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
    await context.store.commit(insert('processed', context.messageId, {}), put('accounts', message.customer, booked))
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
