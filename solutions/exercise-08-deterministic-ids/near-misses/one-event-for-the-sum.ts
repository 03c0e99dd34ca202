/**
 * Near miss: one payment, one event, with the sum of all cars. The totals are right, but nobody hears what each car cost.
 *
 * Caught by: ★ one payment for two cars
 * Because: expected PaymentBooked of € 20,000 and € 20,000, found € 40,000
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { PaymentBooked, PaymentReceived } from '#driveway'

/** What one endpoint knows about a customer's money. */
interface Account {
  readonly balance: number
  /** The ids of the messages that are in the balance. */
  readonly processed: readonly string[]
}

/** `orders` books the cars. */
export const orders = endpoint('orders', {
  async PaymentReceived(message: PaymentReceived, context) {
    await book(message.customer, message.cars, context)
  },
})

/** `shipping` books the delivery. */
export const shipping = endpoint('shipping', {
  async PaymentReceived(message: PaymentReceived, context) {
    if (message.delivery > 0) await book(message.customer, [message.delivery], context)
  },
})

async function book(customer: string, amounts: readonly number[], context: HandlerContext): Promise<void> {
  const found = await context.store.get<Account>('accounts', customer)
  const account = found?.value ?? { balance: 0, processed: [] }

  if (!account.processed.includes(context.messageId)) {
    const balance = amounts.reduce((sum, amount) => sum + amount, account.balance)
    const booked: Account = { balance, processed: [...account.processed, context.messageId] }
    await context.store.commit(
      found === undefined ? insert('accounts', customer, booked) : put('accounts', customer, booked, { ifVersion: found.version }),
    )
  }

  const event: PaymentBooked = { type: 'PaymentBooked', customer, amount: amounts.reduce((sum, amount) => sum + amount, 0) }
  await context.publish(event, { id: `${context.messageId}/${context.endpoint}` })
}
