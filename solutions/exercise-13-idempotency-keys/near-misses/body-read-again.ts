/**
 * Near miss: the key is made from the order's id and never changes, but the amount is read again in every attempt. If it has changed, the
 * provider responds with 422, and nobody ever learns that the card was charged.
 *
 * Caught by: ★★ another price is agreed
 * Because: for its card was charged € 89,000; it says "open"
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    const { status } = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers: { 'idempotency-key': `charge-${orderId}` } })
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
