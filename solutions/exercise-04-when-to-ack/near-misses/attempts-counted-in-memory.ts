/**
 * Near miss: the process counts the attempts. The other consumer keeps its own count, and after a crash the count starts again: five
 * attempts become up to nine, and with a message that crashes the process there is no end.
 *
 * Caught by: ★★ two consumers take turns
 * Because: expected the credit check to be asked 5 times about cart c1, found
 */
import type { Context, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  const attempts = new Map<string, number>()
  for (;;) {
    const delivery = await receiver.receive()
    const attempt = (attempts.get(delivery.messageId) ?? 0) + 1
    attempts.set(delivery.messageId, attempt)
    let failure: string | undefined
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failure = String(error)
    }
    try {
      if (failure === undefined) await delivery.ack()
      else if (attempt >= 5) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 1_000 * 2 ** attempt })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
