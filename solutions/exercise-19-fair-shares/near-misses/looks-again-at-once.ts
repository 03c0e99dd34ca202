/**
 * Near miss: a studio that finds nothing to take looks again, and again. The store hears of nothing else.
 *
 * Caught by: ★ two studios
 * Because: It was still busy after 400 steps
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
  }
}, { instances: 3 })

function isWaiting({ value: { takenAt = 0 } }: Listed<Car>): boolean {
  return Date.now() - takenAt >= anHour
}

/** A car of the dealer whose last turn is the longest ago. */
function chooseNext(waiting: readonly Listed<Car>[], cars: readonly Listed<Car>[]): Listed<Car> | undefined {
  const lastTurn = new Map<string, number>()
  for (const { value: { dealer, takenAt = 0 } } of cars) lastTurn.set(dealer, Math.max(takenAt, lastTurn.get(dealer) ?? 0))
  const lastTurnOf = ({ value: { dealer } }: Listed<Car>): number => lastTurn.get(dealer) ?? 0
  return waiting.toSorted((a, b) => lastTurnOf(a) - lastTurnOf(b))[0]
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
