/**
 * Near miss: the store does not respond, and the upload is refused. It may have been written.
 *
 * Caught by: ★★★ uploads at once, through every crash and ambiguous commit
 * Because: expected 2 photos to be accepted (202), found 1
 */
import { ConcurrencyError, insert, put, service, TimeoutError, type StoreContext } from '#lib'
import type { Upload } from '#driveway'

/** So many photos may wait, at all instances together. */
const mostWaiting = 2

export const photos = service('photos', {
  async 'PUT /uploads/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { file } = request.body as Pick<Upload, 'file'>
    for (;;) {
      const { waiting, replace } = await readBuffer(store)
      if (waiting.some((upload) => upload.photoId === photoId)) return { status: 202 }
      if (waiting.length >= mostWaiting) return { status: 429, headers: { 'Retry-After': '30' } }
      try {
        await store.commit(replace([...waiting, { photoId, file }]))
        return { status: 202 }
      } catch (error) {
        // Somebody else has changed the buffer in the meantime: is there still room?
        if (error instanceof TimeoutError) return { status: 429, headers: { 'Retry-After': '10' } }
        if (!(error instanceof ConcurrencyError)) throw error
      }
    }
  },

  /** A photo goes on waiting while the studio works on it. */
  async 'GET /next'(_request, { store }) {
    const { waiting } = await readBuffer(store)
    const [next] = waiting
    return next === undefined ? { status: 204 } : { status: 200, body: next }
  },

  /** The picture and the place that it frees, in one commit. If somebody else was faster, it fails, and the studio comes again. */
  async 'PUT /cut-outs/:photoId'(request, { store }) {
    const { photoId } = request.params
    const { waiting, replace } = await readBuffer(store)
    await store.commit(put('photos', photoId, request.body), replace(waiting.filter((upload) => upload.photoId !== photoId)))
    return { status: 204 }
  },
})

/** The buffer is one document, so whoever changes it has seen all that wait. */
async function readBuffer(store: StoreContext) {
  const found = await store.get<readonly Upload[]>('buffers', 'studio')
  return {
    waiting: found?.value ?? [],
    replace: (waiting: readonly Upload[]) => (found === undefined ? insert('buffers', 'studio', waiting) : put('buffers', 'studio', waiting, { ifVersion: found.version })),
  }
}
