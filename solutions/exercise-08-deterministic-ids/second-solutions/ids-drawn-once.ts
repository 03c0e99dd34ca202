/**
 * Second solution: the ids are random, but generated only once. They are committed together with what they are about, and every later
 * attempt finds them.
 */
import { endpoint, insert, put, type HandlerContext } from '#lib'
import type { PaymentBooked, PaymentReceived } from '#driveway'

/** What one endpoint knows about a customer's money. */
interface Account {
  readonly balance: number
  /** The messages that are in the balance, by id: under which ids marketing hears of them. */
  readonly processed: Readonly<Record<string, readonly string[]>>
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
  const account = found?.value ?? { balance: 0, processed: {} }

  let ids = account.processed[context.messageId]
  if (ids === undefined) {
    ids = amounts.map(() => crypto.randomUUID())
    const balance = amounts.reduce((sum, amount) => sum + amount, account.balance)
    const booked: Account = { balance, processed: { ...account.processed, [context.messageId]: ids } }
    await context.store.commit(
      found === undefined ? insert('accounts', customer, booked) : put('accounts', customer, booked, { ifVersion: found.version }),
    )
  }

  for (const [position, amount] of amounts.entries()) {
    const event: PaymentBooked = { type: 'PaymentBooked', customer, amount }
    await context.publish(event, { id: ids[position] ?? '' })
  }
}
