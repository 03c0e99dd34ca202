/**
 * Near miss: whoever finds "shipping" gives the order up, without looking whether it still says so. Meanwhile it was refused and refunded, and
 * somebody will investigate, and may refund it again.
 *
 * Caught by: ★★★ two instances of shipping, a copy of the command, and a refusal
 * Because: expected order o2 to say "refunded", found "needs-investigation"
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
      await context.store.commit(put('shipments', orderId, { status: 'needs-investigation' }))
    }

    if (status !== 'refused') return
    await refund(charge, context)
    await context.store.commit(put('shipments', orderId, { status: 'refunded' }))
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
