/**
 * Near miss: the message is acknowledged whatever happens. A crash runs no `finally`, so a crash does no harm; but an error does: the order
 * is gone as soon as the credit check is down for a second.
 *
 * Caught by: ★★ the credit check is down
 * Because: expected an order for cart c1, found nothing
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    try {
      await handle(delivery.message, context)
    } catch (error) {
      console.error(`${delivery.messageId} could not be handled`, error)
    } finally {
      await delivery.ack()
    }
  }
}
