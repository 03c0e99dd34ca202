/**
 * Second solution: the waits stand in a table, and nothing is drawn. Where in its range a photo comes back is decided by its name, so photos that
 * failed together part for good, and the same photo waits the same in every run: easy to test, and to explain afterwards.
 */
import { consumer, put, type Delivery, type HttpClient } from '#lib'
import type { CutOutPhoto } from '#driveway'

/** After each attempt but the last, in seconds. */
const waits = [2, 4, 8, 16, 30, 30, 30]

export const photos = consumer('photos', async (receiver, { http, store }) => {
  for (;;) {
    const delivery = await receiver.receive()
    const { photoId, file } = delivery.message as CutOutPhoto
    try {
      const { status, seconds, body } = await ask(photoId, file, http)
      if (status === 201) await store.commit(put('photos', photoId, body))
      if (status === 201) await delivery.ack()
      else await settle(delivery, photoId, { status, seconds, reason: `${status}: ${JSON.stringify(body)}` })
    } catch (error) {
      console.warn(`${photoId} will come again`, error)
    }
  }
})

async function ask(photoId: string, file: string, http: HttpClient): Promise<{ readonly status: number; readonly seconds: number; readonly body: unknown }> {
  try {
    const { status, headers, body } = await http.put(`http://studio/cut-outs/${photoId}`, { file })
    return { status, seconds: Number(headers['retry-after'] ?? 0), body }
  } catch (error) {
    return { status: 504, seconds: 0, body: String(error) } // as a gateway would say that nobody answered
  }
}

async function settle(delivery: Delivery, photoId: string, { status, seconds, reason }: { readonly status: number; readonly seconds: number; readonly reason: string }): Promise<void> {
  const wait = waits[delivery.deliveryCount - 1]
  const temporary = status === 429 || status >= 500
  if (wait === undefined || !temporary) await delivery.deadLetter(reason)
  else await delivery.abandon({ delay: 1_000 * (Math.max(wait, seconds) + wait * place(photoId)) })
}

/** From 0 to 1, by the name (FNV-1a, by Fowler, Noll and Vo). */
function place(name: string): number {
  let hash = 0x811c9dc5
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  return ((Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ hash) >>> 0) / 2 ** 32
}
