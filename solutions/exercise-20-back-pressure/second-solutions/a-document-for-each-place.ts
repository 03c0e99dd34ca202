/**
 * Second solution: each place is a document that can be inserted only once, so two uploads conflict only if they want the same place. The
 * photo is inserted with it, in one commit: it has one place, however often it is sent.
 */
import { ConcurrencyError, insert, put, remove, service } from '#lib'
import type { Upload } from '#driveway'

const places = ['place-1', 'place-2']

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    for (;;) {
      const taken = await store.list<Upload>('places')
      if (taken.some(({ value }) => value.photoId === photoId)) return { status: 202 }
      const free = places.find((place) => !taken.some(({ id }) => id === place))
      if (free === undefined) return { status: 429, headers: { 'Retry-After': '30' } }
      const upload: Upload = { photoId, file }
      try {
        await store.commit(insert('places', free, upload), insert('placed', photoId, free))
        return { status: 202 }
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error
      }
    }
  },

  async 'GET /next'(_request, { store }) {
    const [next] = await store.list<Upload>('places')
    return next === undefined ? { status: 204 } : { status: 200, body: next.value }
  },

  async 'PUT /cut-outs/:photoId'(request, { store }) {
    const { photoId } = request.params
    const place = await store.get<string>('placed', photoId)
    if (place === undefined) return { status: 204 } // It is done already.
    await store.commit(put('photos', photoId, request.body), remove('places', place.value), remove('placed', photoId, { ifVersion: place.version }))
    return { status: 204 }
  },
})
