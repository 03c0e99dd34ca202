/**
 * Near miss: a time-out is recorded as unknown, and not repeated. But it is recorded after the call: a process that dies in between has
 * recorded nothing, and the next attempt calls again.
 *
 * Caught by: ★★ shipping crashes before it has recorded the response
 * Because: expected 1 car for order o1, found 2
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, car, to, charge }: ShipCar, context) {
    const known = await context.store.get<Shipment>('shipments', orderId)
    if (known !== undefined) return

    const status = await context.http.post('http://logistics/shipments', { reference: orderId, car, to }).then(
      (answer) => answer.status,
      () => undefined,
    )
    if (status === 201) {
      await context.store.commit(insert('shipments', orderId, { status: 'shipped' }))
    } else if (status !== undefined && status < 500) {
      await refund(charge, context)
      await context.store.commit(insert('shipments', orderId, { status: 'refunded' }))
    } else {
      await context.store.commit(insert('shipments', orderId, { status: 'needs-investigation' }))
    }
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
