/**
 * Near miss: counts down whenever a picture comes. If it comes twice, because a response was lost or from two studios, the count is
 * too low from then on.
 *
 * Caught by: ★★★ two studios bring back the same photo, and another one comes
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
    await store.commit(put('photos', photoId, request.body), remove('waiting', photoId), count.plus(-1))
    return { status: 204 }
  },
})

async function readCount(store: StoreContext) {
  const found = await store.get<number>('counts', 'waiting')
  const value = found?.value ?? 0
  return { value, plus: (change: number) => (found === undefined ? insert('counts', 'waiting', value + change) : put('counts', 'waiting', value + change, { ifVersion: found.version })) }
}
