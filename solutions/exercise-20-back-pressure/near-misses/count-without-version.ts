/**
 * Near miss: photo and count are in one commit, but the count is written over whatever is there. Two that come together count
 * as one.
 *
 * Caught by: ★★ two uploads at once, and room for one
 * Because: expected 2 photos at most to wait, found 3
 */
import { ConcurrencyError, insert, put, remove, service, type StoreContext } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    for (;;) {
      const count = await readCount(store)
      if ((await store.get('waiting', photoId)) !== undefined) return { status: 202 }
      if (count.value >= mostWaiting) return { status: 429, headers: { 'Retry-After': '20' } }
      const upload: Upload = { photoId, file }
      try {
        await store.commit(insert('waiting', photoId, upload), count.plus(1))
        return { status: 202 }
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error
      }
    }
  },

  async 'GET /next'(_request, { store }) {
    const [next] = await store.list<Upload>('waiting')
    return next === undefined ? { status: 204 } : { status: 200, body: next.value }
  },

  async 'PUT /cut-outs/:photoId'(request, { store }) {
    const { photoId } = request.params
    const count = await readCount(store)
    if ((await store.get('waiting', photoId)) === undefined) return { status: 204 } // It is done already, and counted.
    await store.commit(put('photos', photoId, request.body), remove('waiting', photoId), count.plus(-1))
    return { status: 204 }
  },
})

async function readCount(store: StoreContext) {
  const found = await store.get<number>('counts', 'waiting')
  const value = found?.value ?? 0
  return { value, plus: (change: number) => (found === undefined ? put('counts', 'waiting', value + change) : put('counts', 'waiting', value + change)) }
}
