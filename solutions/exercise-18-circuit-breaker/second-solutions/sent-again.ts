/**
 * Second solution: the breaker is asked for each photo, as most libraries do it. While it is open, photos are received all the same, and sent again
 * until the cool-down is over. The broker's count knows nothing of it: a photo carries the number of its attempts along.
 * It needs more messages, and fits where a process has other work to do with the same queue.
 */
import { consumer, put, type Context, type Delivery } from '#lib'
import type { CutOutPhoto } from '#driveway'

const [maxAttempts, tooManyInARow, minute] = [8, 3, 60_000]

export const photos = consumer('photos', async (receiver, context) => {
  const breaker = new CircuitBreaker()
  for (;;) {
    const delivery = await receiver.receive()
    await handle(delivery, context, breaker).catch((error: unknown) => {
      console.warn(`${delivery.messageId} will come again`, error)
    })
  }
})

class CircuitBreaker {
  #failures = 0
  #openUntil = 0

  /** In milliseconds. */
  get openFor(): number {
    return Math.max(0, this.#openUntil - Date.now())
  }

  note(outcome: 'answered' | 'failed'): void {
    this.#failures = outcome === 'answered' ? 0 : this.#failures + 1
    if (this.#failures >= tooManyInARow) this.#openUntil = Date.now() + 15 * minute
  }
}

async function handle(delivery: Delivery, context: Context, breaker: CircuitBreaker): Promise<void> {
  const { photoId, file } = delivery.message as CutOutPhoto
  const attempt = Number(delivery.headers['attempt'] ?? 1)
  const { openFor } = breaker
  if (openFor > 0) {
    await sendAgain(delivery, attempt, openFor, context)
    return
  }
  const { status, text, retryAfter } = await ask(photoId, file, context)
  const transient = status >= 500 || status === 429
  breaker.note(transient ? 'failed' : 'answered')
  if (status === 201) {
    await context.store.commit(put('photos', photoId, JSON.parse(text)))
    await delivery.ack()
  } else if (!transient || attempt >= maxAttempts) {
    await delivery.deadLetter(`${status} ${text}`)
  } else {
    const half = Math.min(minute, 2_000 * 2 ** attempt) / 2
    await sendAgain(delivery, attempt + 1, Math.max(half, retryAfter) + Math.random() * half, context)
  }
}

/** The new message first: a crash in between makes a copy, and loses nothing. */
async function sendAgain(delivery: Delivery, attempt: number, delay: number, { send }: Context): Promise<void> {
  await send('photos', delivery.message, { id: delivery.messageId, headers: { attempt: String(attempt) }, delay })
  await delivery.ack()
}

async function ask(photoId: string, file: string, { http }: Context): Promise<{ readonly status: number; readonly text: string; /** In milliseconds. */ readonly retryAfter: number }> {
  try {
    const { status, headers, body } = await http.put(`http://studio/cut-outs/${photoId}`, { file })
    return { status, text: JSON.stringify(body), retryAfter: Number(headers['retry-after'] ?? 0) * 1_000 }
  } catch (error) {
    return { status: 504, text: String(error), retryAfter: 0 } // as a gateway would say that nobody answered
  }
}
