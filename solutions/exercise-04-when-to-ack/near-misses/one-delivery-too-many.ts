/**
 * Near miss: the deliveries are counted from 0. An order that fails is tried a sixth time.
 *
 * Caught by: ★★ two consumers take turns
 * Because: expected the credit check to be asked 5 times about cart c1, found 6 times
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    let failure: string | undefined
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failure = String(error)
    }
    try {
      if (failure === undefined) await delivery.ack()
      else if (delivery.deliveryCount > 5) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
