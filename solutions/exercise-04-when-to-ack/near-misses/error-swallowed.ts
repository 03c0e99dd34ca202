/**
 * Near miss: the error is logged and the message acknowledged. The log knows about the order; nobody else does.
 *
 * Caught by: ★★ the credit check is down
 * Because: expected an order for cart c1, found nothing
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    await handle(delivery.message, context).catch((error: unknown) => console.error(`${delivery.messageId} could not be handled`, error))
    try {
      await delivery.ack()
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
