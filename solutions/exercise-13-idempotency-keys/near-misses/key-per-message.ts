/**
 * Near miss: the body is fixed, and the message's id is the key, since every copy and every attempt has the same. But who is in doubt whether
 * a command was sent sends it again under another id, and asks for another charge.
 *
 * Caught by: ★★ the command is given again
 * Because: expected order o1 to be charged once, found 2 charges
 */
import { endpoint, put } from '#lib'
import type { AgreePrice, Bill, ChargeCard } from '#driveway'

interface BegunBill extends Bill {
  readonly begun?: { readonly body: { readonly reference: string; readonly card: string; readonly amount: number } }
}

export const billing = endpoint('billing', {
  async ChargeCard({ orderId }: ChargeCard, context) {
    const bill = await context.store.get<BegunBill>('bills', orderId)
    if (bill?.value.status !== 'open') return

    const { card, price, begun = { body: { reference: orderId, card, amount: price } } } = bill.value
    let { version } = bill
    if (bill.value.begun === undefined) {
      const [written = version] = await context.store.commit(put('bills', orderId, { ...bill.value, begun }, { ifVersion: version }))
      version = written
    }
    const { status } = await context.http.post('http://payments/charges', begun.body, { headers: { 'idempotency-key': context.messageId } })
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
