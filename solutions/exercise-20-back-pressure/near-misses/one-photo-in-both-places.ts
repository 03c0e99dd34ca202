/**
 * Near miss: each place can be taken only once, but a photo can take both. One request has seen the first place taken and goes to the
 * second; meanwhile the first becomes free, and the same photo, sent again, goes there.
 *
 * Caught by: ★★★ a photo is sent again
 * Because: expected 3 photos to be accepted (202), found 2
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
        await store.commit(insert('places', free, upload))
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
    const taken = (await store.list<Upload>('places')).filter(({ value }) => value.photoId === photoId)
    await store.commit(put('photos', photoId, request.body), ...taken.map(({ id, version }) => remove('places', id, { ifVersion: version })))
    return { status: 204 }
  },
})
