/**
 * Near miss: every failure is tried again, with growing delays, and nobody ever gives up. What can never be handled is tried for ever, and
 * nobody hears about it.
 *
 * Caught by: ★★ an order that can never be handled
 * Because: the system comes to rest
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
      if (failed) await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
      else await delivery.ack()
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
