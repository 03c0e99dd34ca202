/**
 * Near miss: the draw is added first, and then the sum is cut off at a minute: from the sixth failure on each wait is exactly a minute.
 *
 * Caught by: ★★ three photos fail seven times
 * Because: waited for 60 s after failure 6
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const maxAttempts = 8
/** In milliseconds. */
const longestWait = 60_000

export const photos = consumer('photos', async (receiver, context) => {
  for (;;) {
    const delivery = await receiver.receive()
    try {
      await handle(delivery, context)
    } catch (error) {
      // The lock has expired, or the broker or the store did not respond: the photo comes again, and that does no harm.
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
})

async function handle(delivery: Delivery, context: Context): Promise<void> {
  const { photoId, file } = delivery.message as CutOutPhoto
  const answer = await askStudio(photoId, file, context)
  if ('cutOut' in answer) {
    await context.store.commit(put('photos', photoId, { cutOut: answer.cutOut }))
    await delivery.ack()
  } else if (answer.forEver || delivery.deliveryCount >= maxAttempts) {
    await delivery.deadLetter(answer.reason)
  } else {
    // The broker waits, and we go on with the next photo.
    await delivery.abandon({ delay: waitAfter(delivery.deliveryCount, answer.retryAfter) })
  }
}

type Answer = { readonly cutOut: string } | { readonly reason: string; readonly forEver: boolean; /** In milliseconds. */ readonly retryAfter: number }

async function askStudio(photoId: string, file: string, context: Context): Promise<Answer> {
  try {
    const { status, headers, body } = await context.http.put(`http://studio/cut-outs/${photoId}`, { file })
    if (status === 201) return body as { readonly cutOut: string }
    const forEver = status < 500 && status !== 429
    return { reason: `the studio answered ${status}: ${JSON.stringify(body)}`, forEver, retryAfter: Number(headers['retry-after'] ?? 0) * 1_000 }
  } catch (error) {
    return { reason: String(error), forEver: false, retryAfter: 0 }
  }
}

/** Twice as long after each failure, and up to as long again by chance; a minute at most. */
function waitAfter(failures: number, retryAfter: number): number {
  const drawn = Math.min(longestWait, 1_000 * 2 ** failures * (1 + Math.random()))
  return retryAfter < drawn ? drawn : retryAfter + 5_000 * Math.random()
}
