import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    // TODO: when no response comes, this handler runs again. Was the card charged? How can the provider tell that we mean the same charge?
    const { card, price } = bill.value
    const { status } = await context.http.post(
      'http://payments/charges',
      { reference: orderId, card, amount: price },
      { headers: { 'idempotency-key': crypto.randomUUID() } },
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
