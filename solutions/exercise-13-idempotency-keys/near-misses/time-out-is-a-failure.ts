/**
 * Near miss: the key is right, but no response is taken for a no. The card is charged, the order is cancelled, and the customer has paid
 * for a car that somebody else will get.
 *
 * Caught by: ★★ the card is charged, and the response is lost
 * Because: for its card was charged € 89,000; it says "declined"
 */
import { endpoint, put, TimeoutError } from '#lib'
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
    let status = 402
    try {
      const answer = await context.http.post('http://payments/charges', begun.body, { headers: { 'idempotency-key': begun.key } })
      status = answer.status
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
    }
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: BegunBill = { ...bill.value, begun, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open' || bill.value.begun !== undefined) return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
