/**
 * Second solution: one document for the whole night, which says whose turn is next and who has what since when. The dealers stand in a line, and whoever
 * had a turn goes to its end; no clock has to say who was first. One version guards it all, so studios that choose at the same moment always
 * get into each other's way, and one of them has to look again.
 */
import { ConcurrencyError, insert, job, put, type Context, type HttpClient, type Versioned } from '#lib'
import type { UploadedCar } from '#driveway'

const [minute, hour] = [60_000, 60 * 60_000]

interface Board {
  /** Whoever stands in front has the next turn. */
  readonly line: readonly string[]
  /** When a car was taken, in milliseconds. */
  readonly taken: Readonly<Record<string, number>>
}

export const studios = job('studios', async (context) => {
  for (;;) {
    const board = await context.store.get<Board>('board', 'tonight')
    const cars = (await context.store.list<UploadedCar>('cars')).filter(({ value }) => value.cutOut === undefined)
    if (cars.length === 0) return
    const { line, taken } = board?.value ?? { line: [], taken: {} }
    const waiting = cars.filter(({ id }) => Date.now() - (taken[id] ?? 0) >= hour)
    const dealers = [...new Set([...line, ...cars.map(({ value }) => value.dealer)])]
    const [next] = dealers.flatMap((dealer) => waiting.filter(({ value }) => value.dealer === dealer))
    if (next === undefined) {
      await sleep(hour)
    } else if (await write(board, { line: [...dealers.filter((dealer) => dealer !== next.value.dealer), next.value.dealer], taken: { ...taken, [next.id]: Date.now() } }, context)) {
      await context.store.commit(put('cars', next.id, { ...next.value, cutOut: await cutOutCar(next.id, context.http) }))
    }
  }
}, { instances: 3 })

/** False when somebody has written it since it was read. */
async function write(found: Versioned<Board> | undefined, board: Board, { store }: Context): Promise<boolean> {
  try {
    await store.commit(found === undefined ? insert('board', 'tonight', board) : put('board', 'tonight', board, { ifVersion: found.version }))
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
