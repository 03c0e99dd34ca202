/**
 * Near miss: the night job renews its lease right before it writes, so nobody else can be the leader then.
 *
 * Replaces: price-list.ts
 * Caught by: ★★★ a process stalls, at any moment
 * Because: expected a list of one rate
 */
import { put, service } from '#lib'
import type { PriceListLine } from '#driveway'

export const priceList = service('price-list', {
  async 'GET /cars'(_request, { store }) {
    const lines = await store.list<PriceListLine>('lines')
    return { status: 200, body: lines.map(({ id, value }) => ({ car: id, ...value })) }
  },

  async 'PUT /cars/:car'({ params, body }, { store }) {
    const { price, rate } = body as PriceListLine
    await store.commit(put('lines', params.car, { price, rate }))
    return { status: 204 }
  },
})
