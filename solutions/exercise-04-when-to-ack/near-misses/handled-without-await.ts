/**
 * Near miss: the order is handled in the background so that the loop can go on. The broker hears "done" when the work has just begun, and a
 * crash or an error loses the order.
 *
 * Caught by: ★★ the process crashes
 * Because: expected an order for cart c1, found nothing
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    handle(delivery.message, context).catch((error: unknown) => console.error(`${delivery.messageId} could not be handled`, error))
    try {
      await delivery.ack()
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
