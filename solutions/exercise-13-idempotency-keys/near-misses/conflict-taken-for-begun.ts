/**
 * Near miss: the key is made from the order's id. A conflict when the amount is written down means that another instance has done it, so the
 * call can be made. But with which amount? And it may have been somebody who haggled.
 *
 * Caught by: ★★★ two instances of billing, and another price
 * Because: for its card was charged € 89,000; it says "open"
 */
import { ConcurrencyError, endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface BegunBill extends Bill {
  readonly begun?: { readonly key: string; readonly body: { readonly reference: string; readonly card: string; readonly amount: number } }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price, begun = { key: `charge-${orderId}`, body: { reference: orderId, card, amount: price } } } = bill.value
    let { version } = bill
    if (bill.value.begun === undefined) {
      try {
        const [written = version] = await context.store.commit(put('bills', orderId, { ...bill.value, begun }, { ifVersion: version }))
        version = written
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error
      }
    }
    const { status } = await context.http.post('http://payments/charges', begun.body, { headers: { 'idempotency-key': begun.key } })
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
