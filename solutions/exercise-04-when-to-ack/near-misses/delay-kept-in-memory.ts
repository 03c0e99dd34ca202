/**
 * Near miss: each process remembers how long the last delay was. The other consumer does not know, and begins with the first one.
 *
 * Caught by: ★★ two consumers take turns
 * Because: found 2 s, then 4 s, then 8 s, then 2 s
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  const delays = new Map<string, number>()
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
      else {
        const delay = 2 * (delays.get(delivery.messageId) ?? 1_000)
        delays.set(delivery.messageId, delay)
        await delivery.abandon({ delay })
      }
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
