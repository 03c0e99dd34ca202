/**
 * Near miss: nobody waits for the acknowledgement, so nobody hears that the lock has expired. The rejected promise ends the process, and no
 * `catch` around the call can see it.
 *
 * Caught by: ★★ the lock expires
 * Because: A promise was rejected and nobody handled it: LockLostError
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
      if (failure === undefined) delivery.ack()
      else if (delivery.deliveryCount >= 5) delivery.deadLetter(failure)
      else delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
