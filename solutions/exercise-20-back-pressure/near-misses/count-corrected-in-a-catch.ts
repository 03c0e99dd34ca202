/**
 * Near miss: counts up, then inserts the photo, and counts down again in a `catch`. A crash runs no `catch`.
 *
 * Caught by: ★★ photos crashes
 * Because: expected 2 photos to be accepted (202), found 1
 */
import { ConcurrencyError, insert, put, remove, service, type StoreContext } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    if ((await store.get('waiting', photoId)) !== undefined) return { status: 202 }
    if (!(await count(1, store))) return { status: 429, headers: { 'Retry-After': '30' } }
    try {
      await store.commit(put('waiting', photoId, { photoId, file }))
    } catch (error) {
      await count(-1, store)
      throw error
    }
    return { status: 202 }
  },

  async 'GET /next'(_request, { store }) {
    const [next] = await store.list<Upload>('waiting')
    return next === undefined ? { status: 204 } : { status: 200, body: next.value }
  },

  async 'PUT /cut-outs/:photoId'(request, { store }) {
    const { photoId } = request.params
    if ((await store.get('waiting', photoId)) === undefined) return { status: 204 }
    await store.commit(put('photos', photoId, request.body), remove('waiting', photoId))
    await count(-1, store)
    return { status: 204 }
  },
})

/** Counts up or down, if the result is in the bounds. */
async function count(change: number, store: StoreContext): Promise<boolean> {
  for (;;) {
    const found = await store.get<number>('counts', 'waiting')
    const value = (found?.value ?? 0) + change
    if (value < 0 || value > mostWaiting) return false
    try {
      await store.commit(found === undefined ? insert('counts', 'waiting', value) : put('counts', 'waiting', value, { ifVersion: found.version }))
      return true
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
    }
  }
}
