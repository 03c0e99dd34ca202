/**
 * Near miss: the dead letter says how often it was tried, but not what was wrong. Whoever looks at it has to guess.
 *
 * Caught by: ★★ an order that can never be handled
 * Because: expected a reason that says what was wrong
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    let failed = false
    try {
      await handle(delivery.message, context)
    } catch {
      failed = true
    }
    try {
      if (!failed) await delivery.ack()
      else if (delivery.deliveryCount >= 5) await delivery.deadLetter('too many attempts')
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
