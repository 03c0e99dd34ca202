/**
 * Near miss: the price of the first attempt is kept in a document of its own, and written without a condition. Two instances keep two prices, the
 * later one for good: one key, two bodies, and 422 for ever.
 *
 * Caught by: ★★★ two instances of billing, the command given twice
 * Because: found ChargeCard
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface Attempt {
  readonly amount: number
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    const { card, price } = bill.value
    let attempt = (await context.store.get<Attempt>('attempts', orderId))?.value
    if (attempt === undefined) {
      attempt = { amount: price }
      await context.store.commit(put('attempts', orderId, attempt))
    }
    const { status } = await context.http.post(
      'http://payments/charges',
      { reference: orderId, card, amount: attempt.amount },
      { headers: { 'idempotency-key': orderId } },
    )
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
