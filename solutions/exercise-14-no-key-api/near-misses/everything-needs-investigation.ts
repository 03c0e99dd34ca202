/**
 * Near miss: nothing is ever shipped twice, refunded twice or dropped in silence, because everything is handed to a person before anybody
 * calls the provider. And that person makes phone calls all day.
 *
 * Caught by: ★ a car is shipped
 * Because: to end as "shipped", found "needs-investigation"
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, charge }: ShipCar, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    const status = known?.value.status
    if (known === undefined) {
      await context.store.commit(insert('shipments', orderId, { status: 'needs-investigation' }))
    } else if (status === 'shipping') {
      await context.store.commit(put('shipments', orderId, { status: 'needs-investigation' }, { ifVersion: known.version }))
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

/** The payment provider takes a key, so this may be repeated: exercise 13. */
async function refund(charge: string, context: Context): Promise<void> {
  const { status } = await context.http.post('http://payments/refunds', { charge }, { headers: { 'idempotency-key': `refund-${charge}` } })
  if (status !== 201) throw new Error(`the payment provider responded with ${status}`)
}
