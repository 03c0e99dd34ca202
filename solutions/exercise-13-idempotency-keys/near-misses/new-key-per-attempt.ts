/**
 * Near miss: the key is made from the message's id and the delivery count, so that it is unique. It is: every attempt is a new charge.
 *
 * Caught by: ★★ the card is charged, and the response is lost
 * Because: expected order o1 to be charged once, found 2 charges
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    const { status } = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers: { 'idempotency-key': `${context.messageId}-${context.deliveryCount}` } })
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
