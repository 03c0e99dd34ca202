/**
 * Near miss: the photos are in the store, and each instance counts those that it has accepted. There are two instances, and
 * after a crash there is one that has counted none.
 *
 * Caught by: ★★ two uploads at once, and room for one
 * Because: expected 2 photos at most to wait, found 3
 */
import { put, remove, service } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', () => {
  const mine = new Set<string>()
  return {
    async 'PUT /uploads/:photoId'(request, { store }) {
      const { photoId } = request.params
      const { file } = request.body as Pick<Upload, 'file'>
      for (const accepted of mine) {
        if ((await store.get('photos', accepted)) !== undefined) mine.delete(accepted)
      }
      if (mine.size >= mostWaiting && !mine.has(photoId)) return { status: 429, headers: { 'Retry-After': '30' } }
      await store.commit(put('waiting', photoId, { photoId, file }))
      mine.add(photoId)
      return { status: 202 }
    },

    async 'GET /next'(_request, { store }) {
      const [next] = await store.list<Upload>('waiting')
      return next === undefined ? { status: 204 } : { status: 200, body: next.value }
    },

    async 'PUT /cut-outs/:photoId'(request, { store }) {
      const { photoId } = request.params
      await store.commit(put('photos', photoId, request.body), remove('waiting', photoId))
      return { status: 204 }
    },
  }
})
