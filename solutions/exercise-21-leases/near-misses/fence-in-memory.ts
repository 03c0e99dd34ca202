/**
 * Near miss: the price list remembers the greatest token that it has seen.
 *
 * Replaces: price-list.ts
 * Caught by: ★★★ a process stalls, and the price list runs in two
 * Because: expected a list of one rate
 */
import { put, service } from '#lib'
import type { PriceListLine } from '#driveway'

export const priceList = service('price-list', () => {
  let greatest = 0
  return {
    async 'GET /cars'(_request, { store }) {
      const lines = await store.list<PriceListLine>('lines')
      return { status: 200, body: lines.map(({ id, value }) => ({ car: id, ...value })) }
    },

    async 'PUT /cars/:car'({ params, body }, { store }) {
      const { price, rate, token } = body as PriceListLine & { readonly token: number }
      if (token < greatest) return { status: 409 }
      greatest = token
      await store.commit(put('lines', params.car, { price, rate }))
      return { status: 204 }
    },
  }
})
