/**
 * Near miss: a lost lock is expected, a broker that does not respond is not. The TimeoutError of the acknowledgement leaves the loop.
 *
 * Caught by: ★★★ one order, through every crash
 * Because: TimeoutError: No response from the broker
 */
import { LockLostError, type Context, type Message, type Receiver } from '#lib'

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
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      if (!(error instanceof LockLostError)) throw error
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
