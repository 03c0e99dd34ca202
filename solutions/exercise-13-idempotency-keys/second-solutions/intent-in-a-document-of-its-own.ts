/**
 * Second solution: the intended charge is a document of its own, inserted before the first call; every later attempt finds it. The
 * message's id is the key, since every copy and every attempt of one command has the same.
 */
import { endpoint, insert, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface Intent {
  readonly key: string
  readonly body: { readonly reference: string; readonly card: string; readonly amount: number }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price } = bill.value
    const meant = await context.store.get<Intent>('intents', orderId)
    const intent = meant?.value ?? { key: context.messageId, body: { reference: orderId, card, amount: price } }
    if (meant === undefined) await context.store.commit(insert('intents', orderId, intent))

    const { status } = await context.http.post('http://payments/charges', intent.body, { headers: { 'idempotency-key': intent.key } })
    if (status !== 201 && status !== 402) throw new Error(`the payment provider answered ${status}`)

    const paid: Bill = { ...bill.value, price: intent.body.amount, status: status === 201 ? 'paid' : 'declined' }
    await context.store.commit(put('bills', orderId, paid, { ifVersion: bill.version }))
  },

  async AgreePrice({ orderId, price }: AgreePrice, context) {
    const bill = await context.store.get<Bill>('bills', orderId)
    if (bill?.value.status !== 'open') return
    await context.store.commit(put('bills', orderId, { ...bill.value, price }, { ifVersion: bill.version }))
  },
})
