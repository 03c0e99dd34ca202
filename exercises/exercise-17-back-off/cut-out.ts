import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

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
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = await askStudio(photoId, file, context)
    if ('cutOut' in answer) {
      await context.store.commit(put('photos', photoId, { cutOut: answer.cutOut }))
      break
    }
    // TODO: what has changed for the studio since the last attempt?
    console.warn(`attempt ${attempt} for ${photoId} failed: ${answer.reason}`)
  }
  await delivery.ack()
}

type Answer = { readonly cutOut: string } | { readonly reason: string }

async function askStudio(photoId: string, file: string, context: Context): Promise<Answer> {
  try {
    const { status, body } = await context.http.put(`http://studio/cut-outs/${photoId}`, { file })
    if (status === 201) return body as { readonly cutOut: string }
    return { reason: `the studio answered ${status}: ${JSON.stringify(body)}` }
  } catch (error) {
    return { reason: String(error) }
  }
}
