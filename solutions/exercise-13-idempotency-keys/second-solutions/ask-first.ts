/**
 * Second solution: the key follows from the order, and nothing is stored before the call. Instead, every attempt first asks the provider
 * what has become of that key. This costs a request in every attempt, and needs a provider that can be asked; in return, the result holds
 * for longer than the provider remembers the key.
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface Charge {
  readonly status: 'succeeded' | 'declined'
  readonly amount: number
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const key = `charge-${orderId}`
    let answer = await context.http.get(`http://payments/charges?idempotency_key=${key}`)
    if (answer.status === 404) {
      const { card, price } = bill.value
      answer = await context.http.post('http://payments/charges', { reference: orderId, card, amount: price }, { headers: { 'idempotency-key': key } })
    }
    // A 409 or a 422 says that an earlier attempt is there after all; the next one will find it.
    if (answer.status !== 200 && answer.status !== 201 && answer.status !== 402) throw new Error(`the payment provider answered ${answer.status}`)

    const charge = answer.body as Partial<Charge>
    const paid: Bill = charge.status === 'succeeded' ? { ...bill.value, price: charge.amount ?? bill.value.price, status: 'paid' } : { ...bill.value, status: 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: bill.version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
