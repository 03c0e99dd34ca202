/**
 * Near miss: whatever fails is a failure of the photo. At the eighth attempt the studio has cut it out, the store is not heard, and the photo is set
 * aside with what the store said.
 *
 * Caught by: ★★★ the eighth attempt succeeds
 * Because: or a reason that says what the studio said
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const maxAttempts = 8

export const photos = consumer('photos', async (receiver, context) => {
  for (;;) {
    const delivery = await receiver.receive()
    await handle(delivery, context)
  }
})

class StudioError extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: number,
  ) {
    super(`the studio answered ${status}`)
  }
}

async function handle(delivery: Delivery, context: Context): Promise<void> {
  const { photoId, file } = delivery.message as CutOutPhoto
  try {
    const { status, headers, body } = await context.http.put(`http://studio/cut-outs/${photoId}`, { file })
    if (status !== 201) throw new StudioError(status, Number(headers['retry-after'] ?? 0) * 1_000)
    await context.store.commit(put('photos', photoId, body))
    await delivery.ack()
  } catch (error) {
    const { status, retryAfter } = error instanceof StudioError ? error : { status: 503, retryAfter: 0 }
    const forEver = status >= 400 && status < 500 && status !== 429
    try {
      if (forEver || delivery.deliveryCount >= maxAttempts) await delivery.deadLetter(String(error))
      else await delivery.abandon({ delay: waitAfter(delivery.deliveryCount, retryAfter) })
    } catch (lost) {
      console.warn(`${delivery.messageId} will come again`, lost)
    }
  }
}

function waitAfter(failures: number, retryAfter: number): number {
  return Math.max(Math.min(2 ** failures, 30) * 1_000, retryAfter) + Math.random() * 4_000
}
