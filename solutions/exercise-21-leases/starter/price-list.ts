import { put, service } from '#lib'
import type { PriceListLine } from '#driveway'

export const priceList = service('price-list', {
  async 'GET /cars'(_request, { store }) {
    const lines = await store.list<PriceListLine>('lines')
    return { status: 200, body: lines.map(({ id, value }) => ({ car: id, ...value })) }
  },

  async 'PUT /cars/:car'({ params, body }, { store }) {
    const { price, rate } = body as PriceListLine
    // TODO: whoever sends this was the leader when it began. Is it still?
    await store.commit(put('lines', params.car, { price, rate }))
    return { status: 204 }
  },
})
