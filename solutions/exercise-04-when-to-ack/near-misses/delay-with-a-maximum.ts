/**
 * Near miss: the delay grows up to four seconds and no further. A service that is down for a minute is asked just as often as one that
 * is down for ten seconds.
 *
 * Caught by: ★★ the credit check is down
 * Because: found 2 s, then 4 s, then 4 s, then 4 s
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
      else await delivery.abandon({ delay: Math.min(4_000, 1_000 * 2 ** delivery.deliveryCount) })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
