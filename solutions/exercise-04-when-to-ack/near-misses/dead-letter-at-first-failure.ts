/**
 * Near miss: the first failure is the last. One second without the credit check, and a person has to deal with a perfectly good order.
 *
 * Caught by: ★★ the credit check is down
 * Because: found it among the dead letters
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
      else await delivery.deadLetter(failure)
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
