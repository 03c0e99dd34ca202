import { ConcurrencyError, insert, put, service, type StoreContext } from '#lib'
import type { PriceListLine } from '#driveway'

/** The greatest token that has written here. */
interface Fence {
  readonly token: number
}

export const priceList = service('price-list', {
  async 'GET /cars'(_request, { store }) {
    const lines = await store.list<PriceListLine>('lines')
    return { status: 200, body: lines.map(({ id, value }) => ({ car: id, ...value })) }
  },

  async 'PUT /cars/:car'({ params, body }, { store }) {
    const { price, rate, token } = body as PriceListLine & Fence
    for (;;) {
      const fence = await store.get<Fence>('fence', 'price-list')
      if (fence !== undefined && token < fence.value.token) return { status: 409 } // from a former leader
      if (await write(store, params.car, { price, rate }, { token }, fence?.version)) return { status: 204 }
    }
  },
})

/** The line and the fence in one commit, so that nobody with a greater token comes in between. Returns false when somebody has. */
async function write(store: StoreContext, car: string, line: PriceListLine, fence: Fence, version: number | undefined): Promise<boolean> {
  try {
    await store.commit(put('lines', car, line), version === undefined ? insert('fence', 'price-list', fence) : put('fence', 'price-list', fence, { ifVersion: version }))
    return true
  } catch (error) {
    if (error instanceof ConcurrencyError) return false
    throw error
  }
}
