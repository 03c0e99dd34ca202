/**
 * The version of the document at which a process became the leader is its token: the store has numbered the terms already, as etcd does with
 * the revision of a key.
 *
 * Replaces: night-job.ts
 */
import { ConcurrencyError, insert, job, put, type Context, type HttpClient, type Versioned } from '#lib'
import type { ImportedCar } from '#driveway'

/** How long a leader is taken for alive after its last sign of life, in milliseconds. */
const lease = 30_000

/** Every new version of this document is a sign of life. */
interface Leader {
  readonly done: boolean
}

/** It begins in three processes at once. One of them is to make the price list. */
export const night = job('night', async (context) => {
  for (;;) {
    const term = await becomeLeader(context)
    if (term === undefined || (await makeList(term, context))) return
  }
}, { instances: 3 })

/** Waits until there is no leader, or none that shows a sign of life. Returns nothing when the list is made. */
async function becomeLeader({ store }: Context): Promise<Versioned<Leader> | undefined> {
  let seen: number | undefined
  for (;;) {
    const found = await store.get<Leader>('leader', 'price-list')
    if (found?.value.done === true) return undefined
    if (found?.version === seen) {
      const leader: Leader = { done: false }
      const write = found === undefined ? insert('leader', 'price-list', leader) : put('leader', 'price-list', leader, { ifVersion: found.version })
      const version = await ifNobodyElse(store.commit(write))
      if (version !== undefined) return { value: leader, version }
    } else {
      seen = found?.version
      // On my own clock. What the leader's clock shows does not matter.
      await sleep(lease)
    }
  }
}

/** Returns true when the list is made, and false when another process has taken over. */
async function makeList(term: Versioned<Leader>, { store, http }: Context): Promise<boolean> {
  // Versions only grow: the one that has made me the leader is greater than any that made somebody before me.
  const token = term.version
  let { version } = term
  const showLife = async (done: boolean): Promise<boolean> => {
    const written = await ifNobodyElse(store.commit(put('leader', 'price-list', { done }, { ifVersion: version })))
    version = written ?? version
    return written !== undefined
  }

  const rate = await buyRate(http)
  for (const { id, value: car } of await store.list<ImportedCar>('cars')) {
    const price = await calculate(car, rate)
    if (!(await showLife(false))) return false
    // Anything can happen in between. That is why the price list looks at the token.
    const { status } = await http.put(`http://price-list/cars/${id}`, { price, rate, token })
    if (status === 409) return false
    if (status !== 204) throw new Error(`the price list answered ${status}`)
  }
  return showLife(true)
}

/** The new version; nothing when somebody else has written the document since it was read. */
async function ifNobodyElse(commit: Promise<readonly number[]>): Promise<number | undefined> {
  try {
    const [version] = await commit
    return version
  } catch (error) {
    if (error instanceof ConcurrencyError) return undefined
    throw error
  }
}

/** The bank sells a rate, in dollars for a euro. It is good for one price list; whoever asks again buys another. */
async function buyRate(http: HttpClient): Promise<number> {
  const { body } = await http.post('http://bank/rates')
  return (body as { readonly rate: number }).rate
}

/** A price in euros. Customs, freight, taxes: it takes 20 seconds. */
async function calculate({ dollars }: ImportedCar, rate: number): Promise<number> {
  await sleep(20_000)
  return Math.round(dollars / rate)
}

/** Waits so many milliseconds. */
function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
