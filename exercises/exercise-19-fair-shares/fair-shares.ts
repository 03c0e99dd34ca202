import { ConcurrencyError, insert, job, put, type HttpClient, type StoreContext } from '#lib'
import type { UploadedCar } from '#driveway'

/** It begins in three processes at once, and each of them is one studio. */
export const studios = job('studios', async ({ store, http }) => {
  // TODO: a studio sees to the cars that were sent to it in the afternoon, whatever has become of the other studios.
  const studio = await takePlace(store)
  for (const { id, value: car } of await store.list<UploadedCar>('cars')) {
    if (car.studio !== studio) continue
    const cutOut = await cutOutCar(id, http)
    await store.commit(put('cars', id, { ...car, cutOut }))
  }
}, { instances: 3 })

/** Whoever comes first is studio 1. Once all places are taken, there is none left: 0. */
async function takePlace(store: StoreContext): Promise<number> {
  for (const studio of [1, 2, 3]) {
    try {
      await store.commit(insert('places', String(studio), {}))
      return studio
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error // another process has this place
    }
  }
  return 0
}

/** The cutter says how long a car takes when it begins, and nobody knows it before. */
async function cutOutCar(id: string, http: HttpClient): Promise<string> {
  const { body } = await http.post(`http://cutter/cars/${id}`)
  const { minutes, cutOut } = body as { readonly minutes: number; readonly cutOut: string }
  await sleep(minutes * 60_000)
  return cutOut
}

/** Waits so many milliseconds. */
function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
