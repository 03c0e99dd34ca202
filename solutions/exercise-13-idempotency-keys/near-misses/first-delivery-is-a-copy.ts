/**
 * Near miss: a charge that has begun, and a command that is delivered for the first time: a copy, so whoever began will finish. But the
 * delivery count starts anew when the command is moved back from the dead-letter queue.
 *
 * Caught by: ★★ billing crashes and the command is given up
 * Because: expected order o1 to be charged, found no charge, and the bill says "open"
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

/** Once a charge has begun, the bill says which one: the same key and the same body in every attempt. */
interface BegunBill extends Bill {
  readonly begun?: { readonly key: string; readonly body: { readonly reference: string; readonly card: string; readonly amount: number } }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    if (bill.value.begun !== undefined && context.deliveryCount === 1) return // a copy
    const { card, price, begun = { key: crypto.randomUUID(), body: { reference: orderId, card, amount: price } } } = bill.value
    let { version } = bill
    if (bill.value.begun === undefined) {
      // Before the first call: every later attempt means the same charge, whatever becomes of this one.
      const [written = version] = await context.store.commit(put('bills', orderId, { ...bill.value, begun }, { ifVersion: version }))
      version = written
    }

    const { status } = await context.http.post('http://payments/charges', begun.body, { headers: { 'idempotency-key': begun.key } })
    // A time-out has thrown. A 5xx and a 409 say as little as it does: try again later, with the same key.
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: BegunBill = { ...bill.value, begun, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open' || bill.value.begun !== undefined) return // too late to haggle
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
