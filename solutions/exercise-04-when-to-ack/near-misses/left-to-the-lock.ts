/**
 * Near miss: a failed message is neither acknowledged nor abandoned. It does come again when its lock expires, but always after 30 seconds,
 * however long the trouble lasts.
 *
 * Caught by: ★★ the credit check is down
 * Because: found 30 s, then 30 s
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
      console.error(`${delivery.messageId} will come again`, error)
      if (delivery.deliveryCount >= 5) await delivery.deadLetter(String(error)).catch(() => undefined)
    }
  }
}
