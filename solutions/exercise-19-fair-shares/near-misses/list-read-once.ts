/**
 * Near miss: the whole night is planned when it begins, in fair turns, and each studio goes through the plan. Nobody looks again,
 * so nobody sees that a studio has crashed.
 *
 * Caught by: ★★ a studio crashes
 * Because: expected c1.png
 */
import { ConcurrencyError, job, put, type Context, type HttpClient, type Listed } from '#lib'
import type { UploadedCar } from '#driveway'

/** No car takes so long. Whoever has had one for longer has crashed. In milliseconds. */
const anHour = 60 * 60_000

interface Car extends UploadedCar {
  /** When a studio has taken it, in milliseconds. */
  readonly takenAt?: number
}

/** It begins in three processes at once, and each of them is one studio. */
export const studios = job('studios', async (context) => {
  const cars = await context.store.list<Car>('cars')
  const open = cars.filter(({ value }) => value.cutOut === undefined && isWaiting(value))
  const round = (car: Listed<Car>): number => open.filter(({ value }) => value.dealer === car.value.dealer).indexOf(car)
  for (const next of open.toSorted((a, b) => round(a) - round(b))) await take(next, context)
}, { instances: 3 })

function isWaiting({ takenAt = 0 }: Car): boolean {
  return Date.now() - takenAt >= anHour
}

async function take({ id, value, version }: Listed<Car>, { store, http }: Context): Promise<void> {
  const car: Car = { ...value, takenAt: Date.now() }
  try {
    await store.commit(put('cars', id, car, { ifVersion: version }))
  } catch (error) {
    if (error instanceof ConcurrencyError) return // another studio was faster
    throw error
  }
  const cutOut = await cutOutCar(id, http)
  await store.commit(put('cars', id, { ...car, cutOut }))
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
