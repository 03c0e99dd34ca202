import { put, service } from '#lib'
import type { Upload } from '#driveway'

export const photos = service('photos', () => {
  // TODO: how long can this list grow? Who else has one, and what becomes of it when the process is gone?
  const waiting: Upload[] = []

  return {
    /** A dealer uploads a photo. */
    async 'PUT /uploads/:photoId'(request) {
      const { file } = request.body as Pick<Upload, 'file'>
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
