/**
 * Near miss: the key is stored together with the result, once there is a result. If no response comes there is no result, hence no key, and
 * the next attempt makes a new one.
 *
 * Caught by: ★★ the card is charged, and the response is lost
 * Because: expected order o1 to be charged once, found 2 charges
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface KeyedBill extends Bill {
  readonly key?: string
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<KeyedBill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price, key = crypto.randomUUID() } = bill.value
    const { status } = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers: { 'idempotency-key': key } })
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: KeyedBill = { ...bill.value, key, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: bill.version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
