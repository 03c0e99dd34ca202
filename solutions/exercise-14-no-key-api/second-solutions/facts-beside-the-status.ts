/**
 * Second solution: nothing ever changes but the status. "We are about to call", "it said yes", "it said no" are facts, inserted once, each
 * under its own id, and the status is derived from them.
 */
import { endpoint, insert, put, type Context } from '#lib'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'

export const shipping = endpoint('shipping', {
  async ShipCar({ orderId, car, to, charge }: ShipCar, context) {
    const begun = await context.store.get('facts', `${orderId} called`)
    if (begun === undefined) {
      await context.store.commit(insert('facts', `${orderId} called`, {}))
      const { status } = await context.http.post('http://logistics/shipments', { reference: orderId, car, to })
      if (status < 500) await context.store.commit(insert('facts', `${orderId} ${status === 201 ? 'shipped' : 'refused'}`, {}))
    }
    if ((await has(context, orderId, 'refused')) && !(await has(context, orderId, 'refunded'))) {
      const { status } = await context.http.post('http://payments/refunds', { charge }, { headers: { 'idempotency-key': `refund-${orderId}` } })
      if (status !== 201) throw new Error(`the payment provider responded with ${status}`)
      await context.store.commit(put('facts', `${orderId} refunded`, {}))
    }
    await conclude(context, orderId)
  },

  async ReconcileShipment({ orderId }: ReconcileShipment, context) {
    const { body } = await context.http.get(`http://logistics/shipments?reference=${orderId}`)
    const { shipments } = body as { readonly shipments: readonly unknown[] }
    if (shipments.length > 0) await context.store.commit(put('facts', `${orderId} shipped`, {}))
    await conclude(context, orderId)
  },
})

async function has(context: Context, orderId: string, fact: string): Promise<boolean> {
  return (await context.store.get('facts', `${orderId} ${fact}`)) !== undefined
}

async function conclude(context: Context, orderId: string): Promise<void> {
  const before = await context.store.get<Shipment>('shipments', orderId)
  const status = (await has(context, orderId, 'shipped')) ? 'shipped' : (await has(context, orderId, 'refunded')) ? 'refunded' : 'needs-investigation'
  if (before?.value.status === status) return
  await context.store.commit(before === undefined ? insert('shipments', orderId, { status }) : put('shipments', orderId, { status }, { ifVersion: before.version }))
}
