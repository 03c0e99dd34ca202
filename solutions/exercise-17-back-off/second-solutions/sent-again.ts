/**
 * Second solution: for brokers that take a message back only without a delay (such as Azure Service Bus). The photo is sent again with a delay and
 * the number of the attempt, and only then is the old message acknowledged. A crash in between makes a copy, and loses nothing. What it counts
 * are failures: a delivery that ends in a crash is none.
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const maxAttempts = 8
/** For the first failure, and the longest; in milliseconds. Each wait is up to twice as long. */
const [shortest, longest] = [2_000, 30_000]

export const photos = consumer('photos', async (receiver, context) => {
  for (;;) {
    const delivery = await receiver.receive()
    await handle(delivery, context).catch((error: unknown) => console.warn(`${delivery.messageId} will come again`, error))
  }
})

async function handle(delivery: Delivery, context: Context): Promise<void> {
  const photo = delivery.message as CutOutPhoto
  const attempt = Number(delivery.headers['attempt'] ?? 1)
  const { status, retryAfter, body } = await ask(photo, context)
  if (status === 201) {
    await context.store.commit(put('photos', photo.photoId, body))
    await delivery.ack()
    return
  }
  const forEver = status < 500 && status !== 429
  if (forEver || attempt >= maxAttempts) {
    await delivery.deadLetter(`the studio: ${status} ${JSON.stringify(body)}`)
    return
  }
  const least = Math.min(longest, shortest * 2 ** (attempt - 1))
  await context.send('photos', photo, { headers: { attempt: String(attempt + 1) }, delay: Math.max(least, retryAfter) + Math.random() * least })
  await delivery.ack()
}

async function ask({ photoId, file }: CutOutPhoto, { http }: Context): Promise<{ readonly status: number; /** In milliseconds. */ readonly retryAfter: number; readonly body: unknown }> {
  try {
    const { status, headers, body } = await http.put(`http://studio/cut-outs/${photoId}`, { file })
    return { status, retryAfter: Number(headers['retry-after'] ?? 0) * 1_000, body }
  } catch (error) {
    return { status: 504, retryAfter: 0, body: String(error) } // as a gateway would say that nobody answered
  }
}
