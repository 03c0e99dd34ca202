import type { Context, Message, Receiver } from '#lib'

/** Turns a message into an order, and stores it. Throws when it cannot. Given, and safe to call twice for the same message. */
export type Handle = (message: Message, context: Context) => Promise<void>

const maxDeliveries = 5

/** The receive loop of `orders`: it runs for as long as its process lives. */
export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    let failure: string | undefined
    try {
      await handle(delivery.message, context)
    } catch (error) {
      failure = String(error)
    }
    // The broker hears of it only now that it is known what became of the message.
    try {
      if (failure === undefined) await delivery.ack()
      else if (delivery.deliveryCount >= maxDeliveries) await delivery.deadLetter(failure)
      else await delivery.abandon({ delay: 1_000 * 2 ** delivery.deliveryCount })
    } catch (error) {
      // The lock has expired, or no response came: the message comes again, and handling it again does no harm.
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
}
