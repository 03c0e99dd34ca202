/**
 * Near miss: the dealer who has had fewest cars done goes first. That is fair by the number of cars; but whoever was served while
 * nobody else was there now waits until all others have caught up.
 *
 * Caught by: ★★ three dealers
 * Because: expected a turn for anna
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
  for (;;) {
    const cars = await context.store.list<Car>('cars')
    const open = cars.filter(({ value }) => value.cutOut === undefined)
    if (open.length === 0) return
    const next = chooseNext(open.filter(isWaiting), cars)
    if (next !== undefined) await take(next, context)
    else await sleep(anHour) // the other studios have the rest, unless one of them crashes
  }
}, { instances: 3 })

function isWaiting({ value: { takenAt = 0 } }: Listed<Car>): boolean {
  return Date.now() - takenAt >= anHour
}

/** A car of the dealer who has had fewest of them done, or begun. */
function chooseNext(waiting: readonly Listed<Car>[], cars: readonly Listed<Car>[]): Listed<Car> | undefined {
  const hadOf = ({ value: { dealer } }: Listed<Car>): number => cars.filter((car) => car.value.dealer === dealer && !waiting.includes(car)).length
  return waiting.toSorted((a, b) => hadOf(a) - hadOf(b))[0]
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
