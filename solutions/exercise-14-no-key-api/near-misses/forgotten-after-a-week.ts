/**
 * Near miss: after a week nobody asks about a car any more, so what is older counts as unknown. A copy can be that old.
 *
 * Caught by: ★★ eight days later
 * Because: expected 1 car for order o1, found 2
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

interface Dated extends Shipment {
  readonly at: number
}

const aWeek = 7 * 24 * 60 * 60 * 1000

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, car, to, charge }: ShipCar, context) {
    const known = await context.store.get<Dated>('shipments', orderId)
    const forgotten = known === undefined || Date.now() - known.value.at > aWeek
    let status = forgotten ? undefined : known.value.status
    const at = Date.now()
    if (forgotten) {
      await context.store.commit(known === undefined ? insert('shipments', orderId, { status: 'shipping', at }) : put('shipments', orderId, { status: 'shipping', at }, { ifVersion: known.version }))
      status = await ship({ reference: orderId, car, to }, context)
      await context.store.commit(put('shipments', orderId, { status, at }))
    } else if (status === 'shipping') {
      await context.store.commit(put('shipments', orderId, { status: 'needs-investigation', at }, { ifVersion: known.version }))
    }

    if (status !== 'refused') return
    await refund(charge, context)
    await context.store.commit(put('shipments', orderId, { status: 'refunded', at }))
  },

  /** The next morning, what the provider's query shows is certain. What it does not show is uncertain. */
  async ReconcileShipment({ orderId }: ReconcileShipment, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    if (known?.value.status !== 'needs-investigation') return
    const { body } = await context.http.get(`http://logistics/shipments?reference=${orderId}`)
    const { shipments } = body as { readonly shipments: readonly unknown[] }
    if (shipments.length > 0) await context.store.commit(put('shipments', orderId, { status: 'shipped' }, { ifVersion: known.version }))
  },
})

async function ship(body: { readonly reference: string; readonly car: string; readonly to: string }, context: Context): Promise<'shipped' | 'refused'> {
  const { status } = await context.http.post('http://logistics/shipments', body)
  if (status === 201) return 'shipped'
  if (status < 500) return 'refused'
  throw new Error(`the logistics provider answered ${status}`)
}

/** The payment provider takes a key, so this may be repeated: exercise 13. */
async function refund(charge: string, context: Context): Promise<void> {
  const { status } = await context.http.post('http://payments/refunds', { charge }, { headers: { 'idempotency-key': `refund-${charge}` } })
  if (status !== 201) throw new Error(`the payment provider responded with ${status}`)
}
