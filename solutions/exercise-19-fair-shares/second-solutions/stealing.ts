/**
 * Second solution: work stealing. Each studio stays with one list as long as it can; but the dealer whose turn it is may have no car there, and then it
 * steals that dealer's car from another list, and stays with that one. A claim is a document of its own, beside the car, and so is a
 * dealer's turn: both change in one commit. Where it costs something to go to another list, this saves most of it.
 */
import { ConcurrencyError, insert, job, put, type Context, type HttpClient, type Versioned, type Write } from '#lib'
import type { UploadedCar } from '#driveway'

const [minute, hour] = [60_000, 60 * 60_000]

interface Turn {
  /** How many turns there were, of all dealers together, when this dealer had the last one. */
  readonly number: number
}

interface Claim {
  /** In milliseconds. */
  readonly until: number
}

export const studios = job('studios', async (context) => {
  let list = 0
  for (;;) {
    const [cars, claims, turns] = [await readAll<UploadedCar>('cars', context), await readAll<Claim>('claims', context), await readAll<Turn>('turns', context)]
    const open = [...cars].filter(([, { value }]) => value.cutOut === undefined)
    if (open.length === 0) return
    const free = open.filter(([id]) => (claims.get(id)?.value.until ?? 0) <= Date.now())
    const turnOf = (dealer: string): number => turns.get(dealer)?.value.number ?? 0
    const [next] = free.sort(([, { value: a }], [, { value: b }]) => turnOf(a.dealer) - turnOf(b.dealer) || Number(b.studio === list) - Number(a.studio === list))
    if (next === undefined) {
      await sleep(hour)
      continue
    }
    const [id, { value: car }] = next
    const number = Math.max(0, ...[...turns.values()].map(({ value }) => value.number)) + 1
    const claim: Claim = { until: Date.now() + hour }
    if (!(await tryCommit(context, over('claims', id, claim, claims.get(id)), over('turns', car.dealer, { number }, turns.get(car.dealer))))) continue
    await context.store.commit(put('cars', id, { ...car, cutOut: await cutOutCar(id, context.http) }))
    list = car.studio
  }
}, { instances: 3 })

async function readAll<T>(collection: string, { store }: Context): Promise<Map<string, Versioned<T>>> {
  return new Map((await store.list<T>(collection)).map((found) => [found.id, found]))
}

/** In the place of what was found there, and of nothing else. */
function over(collection: string, id: string, value: Turn | Claim, found: { readonly version: number } | undefined): Write {
  return found === undefined ? insert(collection, id, value) : put(collection, id, value, { ifVersion: found.version })
}

/** False when another process was faster. */
async function tryCommit({ store }: Context, ...writes: Write[]): Promise<boolean> {
  try {
    await store.commit(...writes)
    return true
  } catch (error) {
    if (error instanceof ConcurrencyError) return false
    throw error
  }
}

async function cutOutCar(id: string, http: HttpClient): Promise<string> {
  const { body } = await http.post(`http://cutter/cars/${id}`)
  const { minutes, cutOut } = body as { readonly minutes: number; readonly cutOut: string }
  await sleep(minutes * minute)
  return cutOut
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
