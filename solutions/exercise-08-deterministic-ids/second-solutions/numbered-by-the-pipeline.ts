/**
 * Second solution: the handler knows nothing about it. A step around it assigns the ids, as frameworks do.
 */
import { endpoint, insert, put, type HandlerContext, type PipelineStep } from '#lib'
import type { PaymentBooked, PaymentReceived } from '#driveway'

/** What one endpoint knows about a customer's money. */
interface Account {
  readonly balance: number
  /** The ids of the messages that are in the balance. */
  readonly processed: readonly string[]
}

/** Every message that a handler publishes without an id gets one: from whom it comes, because of what, and in which place. */
const deterministicIds: PipelineStep = async (_message, context, next) => {
  let position = 0
  await next({
    ...context,
    publish: (message, options) => context.publish(message, { id: `${context.messageId}/${context.endpoint}/${position++}`, ...options }),
  })
}

/** `orders` books the cars. */
export const orders = endpoint(
  'orders',
  {
    async PaymentReceived(message: PaymentReceived, context) {
      await book(message.customer, message.cars, context)
    },
  },
  { pipeline: [deterministicIds] },
)

/** `shipping` books the delivery. */
export const shipping = endpoint(
  'shipping',
  {
    async PaymentReceived(message: PaymentReceived, context) {
      if (message.delivery > 0) await book(message.customer, [message.delivery], context)
    },
  },
  { pipeline: [deterministicIds] },
)

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

  for (const amount of amounts) {
    const event: PaymentBooked = { type: 'PaymentBooked', customer, amount }
    await context.publish(event)
  }
}
