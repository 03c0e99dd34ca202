/**
 * Near miss: a 408 or a 429 means "later", as it does in HTTP libraries, so it is no refusal. But the call must not be made again, and the order is given
 * up, with the money still here.
 *
 * Caught by: ★ a car that is refused for today
 * Because: expected order o222 to end as "refunded", found "needs-investigation"
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, car, to, charge }: ShipCar, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    if (known?.value.status === 'refused') {
      await giveBack(orderId, known.version, charge, context)
      return
    }
    if (known?.value.status === 'shipping') {
      await context.store.commit(put('shipments', orderId, { status: 'needs-investigation' }, { ifVersion: known.version }))
      return
    }
    if (known !== undefined) return

    const version = await claim(orderId, context)
    let status: number
    try {
      status = (await context.http.post('http://logistics/shipments', { reference: orderId, car, to })).status
    } catch {
      status = 0
    }
    if (status === 408 || status === 429) throw new Error('too busy, later')
    const result = status === 201 ? 'shipped' : status >= 400 && status < 500 ? 'refused' : 'needs-investigation'
    const [next = version] = await context.store.commit(put('shipments', orderId, { status: result }, { ifVersion: version }))
    if (result === 'refused') await giveBack(orderId, next, charge, context)
  },

  async ReconcileShipment({ orderId }: ReconcileShipment, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    if (known?.value.status !== 'needs-investigation') return
    const { body } = await context.http.get(`http://logistics/shipments?reference=${orderId}`)
    const { shipments } = body as { readonly shipments: readonly unknown[] }
    if (shipments.length > 0) await context.store.commit(put('shipments', orderId, { status: 'shipped' }, { ifVersion: known.version }))

  },
})

async function claim(orderId: string, { store }: Context): Promise<number> {
  const [version = 1] = await store.commit(insert('shipments', orderId, { status: 'shipping' }))
  return version
}

async function giveBack(orderId: string, version: number, charge: string, context: Context): Promise<void> {
  const { status } = await context.http.post('http://payments/refunds', { charge }, { headers: { 'idempotency-key': `refund-${charge}` } })
  if (status !== 201) throw new Error(`the payment provider responded with ${status}`)
  await context.store.commit(put('shipments', orderId, { status: 'refunded' }, { ifVersion: version }))
}
