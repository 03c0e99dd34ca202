import { ConcurrencyError, insert, job, type HttpClient } from '#lib'
import type { ImportedCar } from '#driveway'

/** It begins in three processes at once. One of them is to make the price list. */
export const night = job('night', async ({ store, http }) => {
  try {
    // TODO: whoever gets this document into the store makes the list. Who makes it when that process is gone?
    await store.commit(insert('leader', 'price-list', {}))
  } catch (error) {
    if (error instanceof ConcurrencyError) return // another process makes it
    throw error
  }

  const rate = await buyRate(http)
  for (const { id, value: car } of await store.list<ImportedCar>('cars')) {
    const price = await calculate(car, rate)
    const { status } = await http.put(`http://price-list/cars/${id}`, { price, rate })
    if (status !== 204) throw new Error(`the price list answered ${status}`)
  }
}, { instances: 3 })

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
