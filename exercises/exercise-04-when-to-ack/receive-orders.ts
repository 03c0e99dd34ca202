import type { Context, Message, Receiver } from '#lib'

/** Turns a message into an order, and stores it. Throws when it cannot. Given, and safe to call twice for the same message. */
export type Handle = (message: Message, context: Context) => Promise<void>

/** The receive loop of `orders`: it runs for as long as its process lives. */
export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    // TODO: from here on the broker has forgotten the message. Who has it, and what if they lose it?
    await delivery.ack()
    try {
      await handle(delivery.message, context)
    } catch (error) {
      console.error(`${delivery.messageId} could not be handled`, error)
    }
  }
}
