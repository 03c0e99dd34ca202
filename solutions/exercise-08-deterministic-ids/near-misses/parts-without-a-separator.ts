/**
 * Near miss: the right parts, written one behind the other. The eleventh car of m1 and the first one of m11 have the same id.
 *
 * Caught by: ★ one payment for twelve cars
 * Because: Erika has paid € 13,000, and marketing believes € 12,000
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

  // On every attempt: the one before may have got no further than this. Same message, same endpoint, same position: same id.
  for (const [position, amount] of amounts.entries()) {
    const event: PaymentBooked = { type: 'PaymentBooked', customer, amount }
    await context.publish(event, { id: `${context.endpoint}${context.messageId}${position}` })
  }
}
