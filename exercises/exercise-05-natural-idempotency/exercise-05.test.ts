import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type View } from '#lib/testing'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'
import { invoiceOf, orders } from './change-order.js'

const porsche: Order = { cartId: 'c1', customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const documents = { orders: { orders: { o1: porsche } } }

const tyres = addExtra('l1', 'winter tyres', 2_000)
const moreTyres = addExtra('l2', 'winter tyres', 2_000)
const roofBox = addExtra('l3', 'roof box', 500)
const spring = redeemVoucher('SPRING', 1_000)
const birthday = redeemVoucher('BIRTHDAY', 1_000)

/** What can happen to the order in a generated history. */
const changes: Readonly<Record<string, AddExtra | RedeemVoucher>> = { tyres, moreTyres, roofBox, spring, birthday }

describe('exercise 05 · natural idempotency', () => {
  test('★ an extra and a voucher are on the invoice', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
        await from('web').send('orders', spring, { id: 'm2' })
      },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★ a customer may want two sets of winter tyres', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
        await from('web').send('orders', moreTyres, { id: 'm2' })
      },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★ a customer may have two vouchers', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', spring, { id: 'm1' })
        await from('web').send('orders', birthday, { id: 'm2' })
      },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★ the broker delivers the winter tyres twice', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
      },
      faults: { copies: 1 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★ the voucher is stored, but the broker never hears that it is done', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', spring, { id: 'm1' })
      },
      faults: { lostAcks: 1 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★ a copy comes late, when the order has changed again', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
        await from('web').send('orders', roofBox, { id: 'm2' })
      },
      faults: { lateCopies: 1 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★ web is in doubt, and sends the winter tyres again under a new message id', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
        await from('web').send('orders', tyres, { id: 'm2' })
      },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★★ winter tyres, through every copy, crash, lost acknowledgement and ambiguous commit', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
      },
      faults: { copies: 1, crashes: 1, lostAcks: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★★ an extra and a voucher, handled by two consumers, through every copy and crash', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 2 },
      async scenario({ from }) {
        await from('web').send('orders', tyres, { id: 'm1' })
        await from('web').send('orders', spring, { id: 'm2' })
      },
      faults: { copies: 1, crashes: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))

  test('★★★ any history of changes, in which everything that occurs twice is a copy', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      given: fc.array(fc.constantFrom(...Object.keys(changes)), { maxLength: 8 }),
      async scenario({ from }, history = []) {
        for (const name of history) await from('web').send('orders', changes[name] ?? tyres, { id: name })
      },
      faults: { crashes: 1, lostAcks: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))
})

/** The invoice is for what was asked for: each line and each voucher once, however often it was sent. */
function theInvoiceIsRight({ stores, sent }: View<'orders'>): true | string {
  const extras = new Map<string, AddExtra>()
  const vouchers = new Map<string, RedeemVoucher>()
  for (const message of sent.map((one) => one.message as unknown as AddExtra | RedeemVoucher)) {
    if (message.type === 'AddExtra') extras.set(message.lineId, message)
    else vouchers.set(message.code, message)
  }
  const names = [...extras.values()].map(({ extra }) => extra)
  const total = porsche.price + sum([...extras.values()].map(({ price }) => price)) - sum([...vouchers.values()].map(({ amount }) => amount))

  const order = stores.orders.get<Parameters<typeof invoiceOf>[0]>('orders', 'o1')
  if (order === undefined) return `expected an invoice for ${porsche.customer}, found no order`
  let invoice: Invoice
  try {
    invoice = invoiceOf(order)
  } catch (error) {
    return `expected an invoice for ${porsche.customer}, but invoiceOf threw ${String(error)} for ${JSON.stringify(order)}`
  }
  const right = list(invoice.extras) === list(names) && invoice.total === total
  return right || `expected ${list(names)} for ${euros(total)}\nfound    ${list(invoice.extras)} for ${euros(invoice.total)}`
}

function list(extras: readonly string[]): string {
  return [porsche.car, ...[...extras].sort()].join(' + ')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}

function addExtra(lineId: string, extra: string, price: number): AddExtra {
  return { type: 'AddExtra', orderId: 'o1', lineId, extra, price }
}

function redeemVoucher(code: string, amount: number): RedeemVoucher {
  return { type: 'RedeemVoucher', orderId: 'o1', code, amount }
}
