/**
 * Near miss: the cap is on one half only, so the longest wait is a minute and a half.
 *
 * Caught by: ★★ the studio has trouble
 * Because: expected p1 to wait for 60 s at most after attempt 5
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

/** Twice as long after each failure, up to the longest wait. Half of it is certain, the other half is drawn. */
function waitAfter(failures: number, retryAfter: number): number {
  const half = 1_000 * 2 ** failures
  return Math.max(Math.min(longestWait, half), retryAfter) + Math.random() * Math.min(longestWait / 2, half)
}
