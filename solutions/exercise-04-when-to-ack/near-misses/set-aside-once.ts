/**
 * Near miss: a cart that was set aside once is not worth a second look: when its order comes again, corrected or not, it is
 * acknowledged. Nobody ever hears of it.
 *
 * Caught by: ★★★ any orders
 * Because: in the dead-letter queue, found nothing
 */
import type { Context, Message, Receiver } from '#lib'
import type { SubmitOrder } from '#driveway'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  const hopeless = new Set<string>()
  for (;;) {
    const delivery = await receiver.receive()
    const { cartId } = delivery.message as SubmitOrder
    if (hopeless.has(cartId)) {
      await delivery.ack().catch(() => undefined)
      continue
    }
    let failure: string | undefined
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failure = String(error)
    }
    try {
      if (failure === undefined) await delivery.ack()
      else if (delivery.deliveryCount >= 5) {
        await delivery.deadLetter(failure)
        hopeless.add(cartId)
      } else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
