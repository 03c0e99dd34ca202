/**
 * Near miss: the waits of exercise 17 are gone, since there is a breaker now. It opens after three failures in a row; one photo in trouble
 * among others that succeed is asked for eight times in a moment.
 *
 * Caught by: ★★ one photo is in trouble among others
 * Because: expected the studio to be left alone for 2 s or more after attempt 1 for p1 (503), found
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const maxAttempts = 8
/** In milliseconds. */
const coolDown = 15 * 60_000
const tooManyInARow = 3

export const photos = consumer('photos', async (receiver, context) => {
  const breaker = circuitBreaker()
  for (;;) {
    // Photos stay in the queue, where nobody counts deliveries. We have none in our hands while we sleep.
    await sleep(breaker.openFor())
    const delivery = await receiver.receive()
    try {
      await handle(delivery, context, breaker)
    } catch (error) {
      // The lock has expired, or the broker or the store did not respond: the photo comes again, and that does no harm.
      console.warn(`${delivery.messageId} will come again`, error)
    }
  }
})

type CircuitBreaker = ReturnType<typeof circuitBreaker>

/**
 * Closed: photos are cut out. Open: the studio is left alone. When the cool-down is over it is half-open: the failures are not forgotten, so the next
 * photo is a probe. One failure more opens it again, and any answer closes it.
 */
function circuitBreaker() {
  let failuresInARow = 0
  let openUntil = 0
  return {
    /** In milliseconds. */
    openFor: () => openUntil - Date.now(),
    answered: () => {
      failuresInARow = 0
    },
    failed: () => {
      failuresInARow += 1
      if (failuresInARow >= tooManyInARow) openUntil = Date.now() + coolDown
    },
  }
}

async function handle(delivery: Delivery, context: Context, breaker: CircuitBreaker): Promise<void> {
  const { photoId, file } = delivery.message as CutOutPhoto
  const answer = await askStudio(photoId, file, context)
  // A refusal that is about this photo is an answer as well: the studio is there.
  if ('cutOut' in answer || answer.forEver) breaker.answered()
  else breaker.failed()
  if ('cutOut' in answer) {
    await context.store.commit(put('photos', photoId, { cutOut: answer.cutOut }))
    await delivery.ack()
  } else if (answer.forEver || delivery.deliveryCount >= maxAttempts) {
    await delivery.deadLetter(answer.reason)
  } else {
    // The breaker sees to it that the studio is left alone.
    await delivery.abandon()
  }
}

type Answer = { readonly cutOut: string } | { readonly reason: string; readonly forEver: boolean }

async function askStudio(photoId: string, file: string, context: Context): Promise<Answer> {
  try {
    const { status, body } = await context.http.put(`http://studio/cut-outs/${photoId}`, { file })
    if (status === 201) return body as { readonly cutOut: string }
    const forEver = status < 500 && status !== 429
    return { reason: `the studio answered ${status}: ${JSON.stringify(body)}`, forEver }
  } catch (error) {
    return { reason: String(error), forEver: false }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : Promise.resolve()
}
