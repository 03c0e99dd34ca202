/**
 * Near miss: the list has a limit now. It is still in memory: each instance has one, and a crash empties it.
 *
 * Caught by: ★★ two uploads at once, and room for one
 * Because: expected 2 photos at most to wait, found 3
 */
import { put, service } from '#lib'
import type { Upload } from '#driveway'

const mostWaiting = 2

export const photos = service('photos', () => {
  const waiting: Upload[] = []

  return {
    /** A dealer uploads a photo. */
    async 'PUT /uploads/:photoId'(request) {
      const { file } = request.body as Pick<Upload, 'file'>
      if (waiting.length >= mostWaiting) return { status: 429, headers: { 'Retry-After': '30' } }
      waiting.push({ photoId: request.params.photoId, file })
      return { status: 202 }
    },

    /** The studio is free: which photo comes next? */
    async 'GET /next'() {
      const [next] = waiting
      return next === undefined ? { status: 204 } : { status: 200, body: next }
    },

    /** The studio is done with a photo. */
    async 'PUT /cut-outs/:photoId'(request, { store }) {
      const { photoId } = request.params
      await store.commit(put('photos', photoId, request.body))
      const index = waiting.findIndex((upload) => upload.photoId === photoId)
      if (index >= 0) waiting.splice(index, 1)
      return { status: 204 }
    },
  }
})
