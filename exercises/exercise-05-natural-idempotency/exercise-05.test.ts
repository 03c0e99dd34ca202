import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type View } from '#lib/testing'
import type { AddExtra, Invoice, Order, RedeemVoucher } from '#driveway'
import { invoiceOf, orders } from './change-order.js'

const porsche: Order = { cartId: 'c1', customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const documents = { orders: { orders: { o1: porsche } } }
/** For generated histories. One order's id is the beginning of another's. */
const several: Readonly<Record<string, Order>> = {
  o1: porsche,
  o10: { cartId: 'c10', customer: 'Erika', car: 'VW Beetle', price: 4_500 },
  o2: { cartId: 'c2', customer: 'Max', car: 'VW Beetle', price: 4_500 },
}

const tyres = addExtra('l1', 'winter tyres', 2_000)
const moreTyres = addExtra('l2', 'winter tyres', 2_000)
const roofBox = addExtra('l3', 'roof box', 500)
const spring = redeemVoucher('SPRING', 1_000)
const birthday = redeemVoucher('BIRTHDAY', 1_000)
const otherSpring = redeemVoucher('spring', 1_000)

/** What can happen in a generated history: more than anybody would remember. Line ids and codes of different orders may be the same, and equal each other. */
const changes = Object.fromEntries([
  ...Array.from({ length: 24 }, (_, index) => entry('o1', addExtra(`l${index + 1}`, ['roof box', 'winter tyres', 'child seat'][index % 3] ?? '', 500 * (1 + (index % 2))))),
  ...['o10', 'o2'].flatMap((orderId) => [entry(orderId, addExtra('l1', 'roof box', 500)), entry(orderId, redeemVoucher('SPRING', 1_000))]),
  ...['SPRING', 'SPRING25', 'l1', 'l10'].map((code) => entry('o1', redeemVoucher(code, 1_000))),
])

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

  test('★ a customer may have two vouchers, and a third whose code is spelled almost like the first', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from }) {
        await from('web').send('orders', spring, { id: 'm1' })
        await from('web').send('orders', birthday, { id: 'm2' })
        await from('web').send('orders', otherSpring, { id: 'm3' })
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

  test('★★ a copy comes an hour later, another one after eight days, and one after a year', () =>
    check({
      system: () => [orders],
      documents,
      instances: { orders: 1 },
      async scenario({ from, wait }) {
        for (const pause of [0, 3_600_000, 8 * 86_400_000, 365 * 86_400_000]) {
          await wait(pause)
          await from('web').send('orders', tyres, { id: 'm1' })
          await from('web').send('orders', spring, { id: 'm2' })
        }
      },
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
      instances: { orders: 1 },
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
      documents: { orders: { orders: several } },
      instances: { orders: 2 },
      given: fc.array(fc.constantFrom(...Object.keys(changes), 'an hour', 'eight days', 'redrive'), { minLength: 1, maxLength: 70, size: 'max' }),
      async scenario({ from, wait, redrive }, history) {
        for (const [index, name] of history.entries()) {
          const change = changes[name]
          // Every third time, web is in doubt and sends it under a new id.
          if (change !== undefined) await from('web').send('orders', change, { id: index % 3 === 2 ? `m${index}` : name })
          else if (name === 'redrive') await redrive('orders')
          else await wait(name === 'an hour' ? 3_600_000 : 8 * 86_400_000)
        }
        await redriveEvery(86_400_000, { wait, redrive }, 'orders')
      },
      faults: { crashes: 1, lostAcks: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 2 },
      runs: 40,
      maxSteps: 2_000,
      atRest: { 'the invoice is right': theInvoiceIsRight },
    }))
})

/** Each invoice is for what was asked for: each line and each voucher once, however often it was sent. */
function theInvoiceIsRight({ stores, queues, sent }: View<'orders'>): true | string {
  const [dead] = queues.orders.deadLetters
  if (dead !== undefined) return `expected ${dead.id} on the invoice, found it in the dead-letter queue: ${dead.reason ?? ''}`
  const asked = sent.map(({ message }) => message as unknown as AddExtra | RedeemVoucher)
  for (const [orderId, order] of Object.entries(several)) {
    const stored = stores.orders.get<Parameters<typeof invoiceOf>[0]>('orders', orderId)
    if (stored === undefined) {
      if (!asked.some((message) => message.orderId === orderId)) continue
      return `expected an invoice for ${order.customer}, found no order`
    }
    const extras = new Map<string, AddExtra>()
    const vouchers = new Map<string, RedeemVoucher>()
    for (const message of asked) {
      if (message.orderId !== orderId) continue
      if (message.type === 'AddExtra') extras.set(message.lineId, message)
      else vouchers.set(message.code, message)
    }
    const names = [...extras.values()].map(({ extra }) => extra)
    const total = order.price + sum([...extras.values()].map(({ price }) => price)) - sum([...vouchers.values()].map(({ amount }) => amount))

    let invoice: unknown
    try {
      invoice = invoiceOf(stored)
    } catch (error) {
      return `expected an invoice for ${order.customer}, but invoiceOf threw ${String(error)} for ${JSON.stringify(stored)}`
    }
    if (!isInvoice(invoice)) return `expected an invoice with the car, a list of extras and the total, but invoiceOf returned ${JSON.stringify(invoice)}`
    const right = list(invoice, invoice.extras) === list(order, names) && invoice.total === total
    if (!right) return `expected ${list(order, names)} for ${euros(total)}\nfound    ${list(invoice, invoice.extras)} for ${euros(invoice.total)}`
  }
  return true
}

function isInvoice(value: unknown): value is Invoice {
  const { car, extras, total } = (value ?? {}) as Partial<Record<keyof Invoice, unknown>>
  return typeof car === 'string' && Array.isArray(extras) && typeof total === 'number'
}

function list({ car }: { readonly car: string }, extras: readonly string[]): string {
  return [car, ...[...extras].sort()].join(' + ')
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

/** "o1 l7" or "o1 SPRING": what a generated history calls a change. */
function entry(orderId: string, change: AddExtra | RedeemVoucher): [string, AddExtra | RedeemVoucher] {
  return [change.type === 'AddExtra' ? `${orderId} line ${change.lineId}` : `${orderId} code ${change.code}`, { ...change, orderId }]
}

function redeemVoucher(code: string, amount: number): RedeemVoucher {
  return { type: 'RedeemVoucher', orderId: 'o1', code, amount }
}
