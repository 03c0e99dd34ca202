/**
 * Near miss: inserts first, then looks how many there are, and takes the photo back. Two that come together both go back,
 * though there was room for one; and after a crash between the two commits nobody takes it back.
 *
 * Caught by: ★★ two uploads at once, and room for one
 * Because: expected 2 photos to be accepted (202), found 1
 */
import { put, remove, service } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    await store.commit(put('waiting', photoId, { photoId, file }))
    const waiting = await store.list<Upload>('waiting')
    if (waiting.length <= mostWaiting) return { status: 202 }
    await store.commit(remove('waiting', photoId))
    return { status: 429, headers: { 'Retry-After': '30' } }
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
