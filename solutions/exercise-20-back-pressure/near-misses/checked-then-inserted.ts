/**
 * Near miss: a document for each photo, and a look at how many there are before another one is inserted. Two instances look at
 * the same time, and both find room.
 *
 * Caught by: ★★ two uploads at once, and room for one
 * Because: expected 2 photos at most to wait, found 3
 */
import { put, remove, service } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    const waiting = await store.list<Upload>('waiting')
    if (waiting.some(({ id }) => id === photoId)) return { status: 202 }
    if (waiting.length >= mostWaiting) return { status: 429, headers: { 'Retry-After': '30' } }
    await store.commit(put('waiting', photoId, { photoId, file }))
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
})
