/**
 * Near miss: a new price goes into the bill, whatever has become of it. The card was charged, and the bill now says something else.
 *
 * Caught by: ★ a price that was agreed before
 * Because: expected the bill of order o1, which was paid, to say € 88,500 still, found € 88,000
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface BegunBill extends Bill {
  readonly begun?: { readonly key: string; readonly body: { readonly reference: string; readonly card: string; readonly amount: number } }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price, begun = { key: crypto.randomUUID(), body: { reference: orderId, card, amount: price } } } = bill.value
    let { version } = bill
    if (bill.value.begun === undefined) {
      const [written = version] = await context.store.commit(put('bills', orderId, { ...bill.value, begun }, { ifVersion: version }))
      version = written
    }
    const { status } = await context.http.post('http://payments/charges', begun.body, { headers: { 'idempotency-key': begun.key } })
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: BegunBill = { ...bill.value, begun, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill === undefined) return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
