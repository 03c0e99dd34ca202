/**
 * Second solution: the consumer keeps the message and tries again itself, renewing the lock after each wait. If it loses the lock it stops
 * at once, because somebody else has the message. It needs no delayed delivery from the broker, but blocks one consumer for as long.
 */
import { LockLostError } from '#lib'
import type { Context, Delivery, Message, Receiver } from '#lib'

export type Handle = (message: Message, context: Context) => Promise<void>

export async function receiveOrders(receiver: Receiver, context: Context, handle: Handle): Promise<void> {
  for (;;) {
    const delivery = await receiver.receive()
    try {
      await settle(delivery, () => handle(delivery.message, context))
    } catch (error) {
      if (!(error instanceof LockLostError)) console.error(`${delivery.messageId} could not be settled`, error)
    }
  }
}

async function settle(delivery: Delivery, handle: () => Promise<void>): Promise<void> {
  for (let attempt = delivery.deliveryCount; ; attempt++) {
    try {
      await handle()
      break
    } catch (error) {
      if (attempt >= 5) return delivery.deadLetter(String(error))
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** (attempt - 1)))
    await delivery.renew()
  }
  await delivery.ack()
}
