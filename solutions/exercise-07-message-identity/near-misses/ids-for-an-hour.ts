/**
 * Near miss: ids are forgotten after an hour, since no copy takes that long. One that comes eight days late counts again.
 *
 * Caught by: ★★ a copy comes eight days late
 * Because: expected € 500,000 in the account of Erika, found € 520,000
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  readonly balance: number
  readonly processed: readonly { readonly id: string; readonly at: number }[]
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const processed = (found?.value.processed ?? []).filter(({ at }) => Date.now() - at < 3_600_000)
    if (processed.some(({ id }) => id === context.messageId)) return

    const booked: Account = {
      balance: (found?.value.balance ?? 0) + sumOf(message.cars),
      processed: [...processed, { id: context.messageId, at: Date.now() }],
    }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
