/**
 * Near miss: the acknowledgement is in the same `try` as the handling, so an expired lock looks like a failed order. The reaction,
 * `abandon`, needs the lock as well, and its error leaves the loop.
 *
 * Caught by: ★★ the lock expires
 * Because: LockLostError: The lock of SubmitOrder m1 has expired
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    try {
      await handle(delivery.message, context)
      await delivery.ack()
    } catch (error) {
      if (delivery.deliveryCount >= 5) await delivery.deadLetter(String(error))
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    }
  }
}
