/**
 * Near miss: the intended charge is kept under the customer's name until it is done. If it is not done, her next order finds it, repeats it,
 * and takes the response for its own.
 *
 * Caught by: ★★★ any conversation
 * Because: found no charge, and the bill says "paid"
 */
import { endpoint, insert, put, remove } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface Intent {
  readonly key: string
  readonly body: { readonly reference: string; readonly card: string; readonly amount: number }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { customer, card, price } = bill.value
    const meant = await context.store.get<Intent>('intents', customer)
    const intent = meant?.value ?? { key: `charge-${orderId}`, body: { reference: orderId, card, amount: price } }
    if (meant === undefined) await context.store.commit(insert('intents', customer, intent))

    const { status } = await context.http.post('http://payments/charges', intent.body, { headers: { 'idempotency-key': intent.key } })
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: Bill = { ...bill.value, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: bill.version }), remove('intents', customer))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
