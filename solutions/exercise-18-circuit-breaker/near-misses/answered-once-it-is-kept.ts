/**
 * Near miss: the row of failures ends when the photo is stored. When the store is not heard, the loop never learns that the studio has
 * answered the probe, and it sleeps for another quarter of an hour.
 *
 * Caught by: ★★★ the probe is answered
 * Because: expected the studio to be asked for the last time by
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const maxAttempts = 8
const coolDown = 15 * 60_000

export const photos = consumer('photos', async (receiver, context) => {
  let row = 0
  for (;;) {
    if (row >= 3) await sleep(coolDown)
    const delivery = await receiver.receive()
    try {
      const { photoId, file } = delivery.message as CutOutPhoto
      const answer = await askStudio(photoId, file, context)
      if ('transient' in answer) row += 1
      await settle(delivery, answer, context)
      if (!('transient' in answer)) row = 0
    } catch (error) {
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
})

async function settle(delivery: Delivery, answer: Answer, { store }: Context): Promise<void> {
  const { photoId } = delivery.message as CutOutPhoto
  if ('cutOut' in answer) {
    await store.commit(put('photos', photoId, { cutOut: answer.cutOut }))
    await delivery.ack()
  } else if ('refused' in answer) await delivery.deadLetter(answer.refused)
  else if (delivery.deliveryCount >= maxAttempts) await delivery.deadLetter(answer.transient)
  else await delivery.abandon({ delay: waitAfter(delivery.deliveryCount, answer.retryAfter) })
}

type Answer = { readonly cutOut: string } | { readonly refused: string } | { readonly transient: string; readonly retryAfter: number }

async function askStudio(photoId: string, file: string, context: Context): Promise<Answer> {
  try {
    const { status, headers, body } = await context.http.put(`http://studio/cut-outs/${photoId}`, { file })
    if (status === 201) return body as { readonly cutOut: string }
    if (status >= 400 && status < 500 && status !== 429) return { refused: `${status}` }
    return { transient: `${status}`, retryAfter: Number(headers['retry-after'] ?? 0) * 1_000 }
  } catch (error) {
    return { transient: String(error), retryAfter: 0 }
  }
}

function waitAfter(failures: number, retryAfter: number): number {
  return Math.max(Math.min(2 ** failures, 30) * 1_000, retryAfter) + Math.random() * 4_000
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
