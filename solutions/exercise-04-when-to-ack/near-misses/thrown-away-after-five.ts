/**
 * Near miss: after five attempts the message is acknowledged, to get rid of it. The queue is clean, and the customer waits.
 *
 * Caught by: ★★ an order that can never be handled
 * Because: expected cart c9 in the dead-letter queue, found nothing
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    let failed = false
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failed = true
      console.error(`${delivery.messageId} could not be handled`, error)
    }
    try {
      if (!failed || delivery.deliveryCount >= 5) await delivery.ack()
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
