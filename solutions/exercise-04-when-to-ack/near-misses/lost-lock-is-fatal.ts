/**
 * Near miss: everything is right except when the broker refuses the acknowledgement. The error leaves the loop and takes the process down,
 * for an order that was stored long ago.
 *
 * Caught by: ★★ the lock expires
 * Because: LockLostError: The lock of SubmitOrder m1 has expired
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
    if (failure === undefined) await delivery.ack()
    else if (delivery.deliveryCount >= 5) await delivery.deadLetter(failure)
    else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
  }
}
