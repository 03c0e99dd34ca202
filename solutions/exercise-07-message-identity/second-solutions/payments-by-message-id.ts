/**
 * Second solution: the message id becomes the key that the payment lacked. The account keeps what each message brought, and the balance is
 * calculated from that: message identity turned back into natural idempotency, as in exercise 05.
 */
import { endpoint, insert, put } from '#lib'
import type { PaymentReceived } from '#driveway'

interface Account {
  /** In euros, by the id of the message that brought them. */
  readonly payments: Readonly<Record<string, number>>
  readonly balance: number
}

export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    const found = await context.store.get<Account>('accounts', message.customer)
    const payments = { ...found?.value.payments, [context.messageId]: sumOf(message.cars) }
    const booked: Account = { payments, balance: sumOf(Object.values(payments)) }
    await context.store.commit(
      found === undefined ? insert('accounts', message.customer, booked) : put('accounts', message.customer, booked, { ifVersion: found.version }),
    )
  },
})

function sumOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0)
}
