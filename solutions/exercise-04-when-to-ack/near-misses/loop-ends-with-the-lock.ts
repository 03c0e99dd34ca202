/**
 * Near miss: the `try` is around the loop. One lock that has expired, and the loop is over: no error, no restart, and nobody receives
 * anything any more.
 *
 * Caught by: ★★ the lock expires
 * Because: The receive loop of orders came to its end.
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  try {
    for (;;) {
      const delivery = await receiver.receive()
      const failure = await handle(delivery.message, context).then(
        () => undefined,
        (error: unknown) => String(error),
      )
      if (failure === undefined) await delivery.ack()
      else if (delivery.deliveryCount >= 5) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    }
  } catch (error) {
    console.warn('the message will come again', error)
  }
}
