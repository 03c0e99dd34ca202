/**
 * Near miss: twenty hours later the query shows no car, so there is none, and the customer gets a refund. But a request without a response
 * may lie in a backlog, and be processed after that. A query proves what it shows, never what it does not show.
 *
 * Caught by: ★★ the request lies in a backlog
 * Because: expected the car or the money for order o1, found both
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, car, to, charge }: ShipCar, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    let status = known?.value.status
    if (known === undefined) {
      await context.store.commit(insert('shipments', orderId, { status: 'shipping' }))
      status = await ship({ reference: orderId, car, to }, context)
      await context.store.commit(put('shipments', orderId, { status }))
    } else if (status === 'shipping') {
      await context.store.commit(put('shipments', orderId, { status: 'needs-investigation' }, { ifVersion: known.version }))
    }

    if (status !== 'refused') return
    await refund(charge, context)
    await context.store.commit(put('shipments', orderId, { status: 'refunded' }))
  },

  async ReconcileShipment({ orderId, charge }: ReconcileShipment, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    if (known?.value.status !== 'needs-investigation') return
    const { body } = await context.http.get(`http://logistics/shipments?reference=${orderId}`)
    const { shipments } = body as { readonly shipments: readonly unknown[] }
    if (shipments.length === 0) await refund(charge, context)
    await context.store.commit(put('shipments', orderId, { status: shipments.length > 0 ? 'shipped' : 'refunded' }, { ifVersion: known.version }))
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
