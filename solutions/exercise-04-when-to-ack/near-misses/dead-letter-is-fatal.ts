/**
 * Near miss: only `deadLetter` is not guarded. It is called so rarely that nobody has ever seen it fail.
 *
 * Caught by: ★★★ an order that can never be handled
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
    if (failure === undefined) await unlessLost(delivery.ack())
    else if (delivery.deliveryCount >= 5) await delivery.deadLetter(failure)
    else await unlessLost(delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount }))
  }
}

async function unlessLost(settled: Promise<void>): Promise<void> {
  await settled.catch((error: unknown) => console.warn('the message will come again', error))
}
