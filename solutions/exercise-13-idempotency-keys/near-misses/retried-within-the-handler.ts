/**
 * Near miss: one key for all attempts, as long as the process lives. After a crash the next attempt makes a key of its own.
 *
 * Caught by: ★★ billing crashes before it has recorded the response
 * Because: expected order o1 to be charged once, found 2 charges
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    const headers = { 'idempotency-key': crypto.randomUUID() }
    for (;;) {
      const status = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers }).then(
        (answer) => answer.status,
        () => undefined,
      )
      if (status !== 201 && status !== 402) continue
      const now = await context.store.get<Bill>('bills', orderId)
      if (now === undefined) return
      await context.store.commit(put('bills', orderId, { ...now.value, status: status === 201 ? 'paid' : 'declined' }, { ifVersion: now.version }))
      return
    }
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
