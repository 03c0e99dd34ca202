import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

/** What `orders` knows about a customer's money. */
interface Account {
  /** In euros. */
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const account = found?.value ?? { balance: 0 }

    // TODO: a balance does not show what went into it. How can a second delivery of this message know that it is the second?
    const booked: Account = { balance: account.balance + sumOf(message.cars) }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
