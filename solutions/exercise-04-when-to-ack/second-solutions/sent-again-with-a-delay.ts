/**
 * Second solution: for brokers that take a message back only without a delay (such as Azure Service Bus). A failed message is sent again
 * with a delay, under the same id and with the number of attempts in a header, and only then is the old one acknowledged. A crash in
 * between makes a copy, and loses nothing.
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    const { message, messageId, headers } = delivery
    const attempt = Number(headers['attempt'] ?? 1)
    try {
      const failure = await failureOf(handle(message, context))
      if (failure !== undefined && attempt >= 5) {
        await delivery.deadLetter(failure)
        continue
      }
      if (failure !== undefined) {
        const next = { ...headers, attempt: String(attempt + 1) }
        await context.send('orders', message, { id: messageId, headers: next, delay: 1_000 * 2 ** attempt })
      }
      await delivery.ack()
    } catch (error) {
      console.warn(`${messageId} will come again`, error)
    }
  }
}

async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return String(error)
  }
}
