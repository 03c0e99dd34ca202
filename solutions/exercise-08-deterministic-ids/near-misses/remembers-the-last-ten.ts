/**
 * Near miss: only the last ten ids are kept, so that the account stays small. A copy of a message that was there before them is booked
 * again.
 *
 * Caught by: ★★ a copy comes eight days late
 * Because: expected € 500,000 in the account of Erika at orders, found € 520,000
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
    const booked: Account = { balance, processed: [...account.processed, context.messageId].slice(-10) }
    await context.store.commit(
      found === undefined ? insert('accounts', customer, booked) : put('accounts', customer, booked, { ifVersion: found.version }),
    )
  }

  // On every attempt: the one before may have got no further than this. Same message, same endpoint, same position: same id.
  for (const [position, amount] of amounts.entries()) {
    const event: PaymentBooked = { type: 'PaymentBooked', customer, amount }
    await context.publish(event, { id: `${context.messageId}/${context.endpoint}/${position}` })
  }
}
