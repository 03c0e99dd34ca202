/**
 * Near miss: one counter for all orders. When the credit check is down, two orders use up each other's attempts, and are given up after
 * five failures together.
 *
 * Caught by: ★★★ any orders
 * Because: found it among the dead letters
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  let failures = 0
  for (;;) {
    const delivery = await receiver.receive()
    let failure: string | undefined
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failure = String(error)
      failures += 1
    }
    try {
      if (failure === undefined) {
        failures = 0
        await delivery.ack()
      } else if (failures >= 5 || delivery.deliveryCount >= 5) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
