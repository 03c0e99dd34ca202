/**
 * Near miss: the amount is in the key, so that key and body always match. But another price makes another key, and another charge.
 *
 * Caught by: ★★ another price is agreed
 * Because: expected order o1 to be charged once, found 2 charges
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    const { status } = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers: { 'idempotency-key': `charge-${orderId}-${price}` } })
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: Bill = { ...bill.value, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: bill.version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
