/**
 * Near miss: when the commit of the intent gets no response, it is read back; there it is, so the call is made. It may be the intent of the other
 * instance, which is calling, too.
 *
 * Caught by: ★★★ two instances of shipping and a copy
 * Because: expected 1 car for order o1, found 2
 */
import { endpoint, insert, put, TimeoutError, type Context } from '#lib'
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
  try {
    const [version = 1] = await store.commit(insert('shipments', orderId, { status: 'shipping' }))
    return version
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error
    const written = await store.get<Shipment>('shipments', orderId)
    if (written?.value.status !== 'shipping') throw error
    return written.version
  }
}

async function giveBack(orderId: string, version: number, charge: string, context: Context): Promise<void> {
  const { status } = await context.http.post('http://payments/refunds', { charge }, { headers: { 'idempotency-key': `refund-${charge}` } })
  if (status !== 201) throw new Error(`the payment provider responded with ${status}`)
  await context.store.commit(put('shipments', orderId, { status: 'refunded' }, { ifVersion: version }))
}
