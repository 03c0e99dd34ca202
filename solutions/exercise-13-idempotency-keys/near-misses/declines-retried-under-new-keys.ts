/**
 * Near miss: the provider remembers a decline with its key, so each attempt uses a new one. Banks count such attempts, and block the card.
 *
 * Caught by: ★ a declined card is declined
 * Because: expected the bank to be asked once about order o3, found 3 times
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    let status = 402
    for (let attempt = 1; attempt <= 3 && status === 402; attempt++) {
      const headers = { 'idempotency-key': `charge-${orderId}-${attempt}` }
      const answer = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers })
      status = answer.status
    }
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
