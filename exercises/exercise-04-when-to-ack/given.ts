/**
 * What exercise 04 gives: `orders` around the attendee's receive loop, the code that handles a message, and the credit check.
 */
import { consumer, put, type Context, type Message, type Receiver } from '#lib'
import { thirdParty } from '#lib/testing'
import type { Order, SubmitOrder } from '#driveway'

type Handle = (message: Message, context: Context) => Promise<void>
type ReceiveOrders = (receiver: Receiver, context: Context, handle: Handle) => Promise<void>

/** The consumer `orders`. When an error leaves its loop it goes down; the process manager logs that and starts it again. */
export function orders(receiveOrders: ReceiveOrders, handle: Handle) {
  return consumer('orders', (receiver, context) => receiveOrders(receiver, context, handle), { restarts: true })
}

/** Stores an order under the id of its cart. Doing it twice has the same effect as doing it once. */
export async function storeOrder(message: Message, context: Context): Promise<void> {
  const { cartId, customer, car, price } = message as SubmitOrder
  if (typeof price !== 'number') throw new Error(`the price of cart ${cartId} is not a number: ${String(price)}`)
  const order: Order = { cartId, customer, car, price }
  await context.store.commit(put('orders', cartId, order))
}

/** The same, if the credit check approves. */
export async function checkCreditAndStoreOrder(message: Message, context: Context): Promise<void> {
  const { cartId, customer, price } = message as SubmitOrder
  const { status } = await context.http.post('http://credit-check/assessments', { cartId, customer, price, at: Date.now() })
  if (status !== 200) throw new Error(`the credit check of ${customer} failed with status ${status}`)
  await storeOrder(message, context)
}

export interface Assessment {
  readonly cartId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Somebody else's credit check. It responds with 503 to so many requests for each cart, and then approves. */
export function creditCheck({ failures }: { readonly failures: (cartId: string) => number }) {
  return thirdParty('credit-check', {
    records: [] as readonly { readonly cartId: string; readonly at: number }[],
    answer({ body }, records) {
      const { cartId, at } = body as Assessment
      const before = records.filter((record) => record.cartId === cartId).length
      return { response: { status: before < failures(cartId) ? 503 : 200 }, records: [...records, { cartId, at }] }
    },
  })
}
