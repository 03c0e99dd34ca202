/**
 * Near miss: the delay is meant in seconds, and taken as milliseconds. All five attempts are over in no time.
 *
 * Caught by: ★★ the credit check is down
 * Because: found 0.002 s, then 0.004 s
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
      else if (delivery.deliveryCount >= 5) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
