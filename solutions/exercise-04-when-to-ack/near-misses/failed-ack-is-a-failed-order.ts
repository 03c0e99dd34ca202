/**
 * Near miss: the acknowledgement is in the same `try` as the handling, and what follows is safe against a lost lock. But nobody
 * hears the fifth acknowledgement: an order that is stored goes to the dead-letter queue.
 *
 * Caught by: ★★★ the fifth delivery is handled
 * Because: found it among the dead letters
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    try {
      await handle(delivery.message, context)
      await delivery.ack()
    } catch (error) {
      const settled = delivery.deliveryCount >= 5 ? delivery.deadLetter(String(error)) : delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
      await settled.catch((reason: unknown) => console.warn(`${delivery.messageId} will come again`, reason))
    }
  }
}
