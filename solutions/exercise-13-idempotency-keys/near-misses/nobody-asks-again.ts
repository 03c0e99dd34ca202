/**
 * Near miss: what says neither yes nor no changes nothing, so the handler returns. But then the message is done, and nobody asks again.
 *
 * Caught by: ★★ the provider responds with 5xx
 * Because: the bill says "open"
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
    if (status !== 201 && status !== 402) return

    const paid: BegunBill = { ...bill.value, begun, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open' || bill.value.begun !== undefined) return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
