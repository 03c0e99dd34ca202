/**
 * Near miss: the photo is counted until the studio is done with it, and is taken off the list when the studio asks for it. If
 * the response is lost, nobody knows of the photo any more.
 *
 * Caught by: ★★ photos crashes while the studio works
 * Because: p1 was accepted; expected its cut-out p1.png, found nothing
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
      if ((await store.get('waiting', photoId)) !== undefined || (await store.get('handed-out', photoId)) !== undefined) return { status: 202 }
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
    if (next === undefined) return { status: 204 }
    await store.commit(remove('waiting', next.id), put('handed-out', next.id, true))
    return { status: 200, body: next.value }
  },

  async 'PUT /cut-outs/:photoId'(request, { store }) {
    const { photoId } = request.params
    const count = await readCount(store)
    const handedOut = await store.get('handed-out', photoId)
    if (handedOut === undefined) return { status: 204 } // It is done already, and counted.
    await store.commit(put('photos', photoId, request.body), remove('handed-out', photoId, { ifVersion: handedOut.version }), count.plus(-1))
    return { status: 204 }
  },
})

async function readCount(store: StoreContext) {
  const found = await store.get<number>('counts', 'waiting')
  const value = found?.value ?? 0
  return { value, plus: (change: number) => (found === undefined ? insert('counts', 'waiting', value + change) : put('counts', 'waiting', value + change, { ifVersion: found.version })) }
}
