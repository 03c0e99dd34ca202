import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type Promises, type Scenario, type View } from '#lib/testing'
import type { PaymentBooked, VoucherGranted } from '#driveway'
import { billing, type Voucher } from './given.js'
import { marketing } from './grant-voucher.js'

/** Two customers, the name of one being the beginning of the other's. Each always pays the same, so that no order makes a difference. */
const amounts = { Erika: 20_000, Erik: 60_000 }
const payments = { m1: 'Erika', m10: 'Erika', m11: 'Erika', m100: 'Erika', m2: 'Erik', m20: 'Erik' } as const
type PaymentId = keyof typeof payments
const pauses = { 'an hour passes': 3_600_000, 'eight days pass': 691_200_000 }

/** What happens in a conversation. A payment that occurs again is a copy. */
type Entry = PaymentId | keyof typeof pauses | 'redrive'

describe('exercise 09 · outbox', () => {
  test('★ a customer who pays more than € 50,000 gets a voucher of 1 %', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      atRest: inTheEnd(60_000, 600),
    }))

  test('★ several payments together do it, and more do not do it again', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(30_000, 30_000, 10_000),
      atRest: inTheEnd(70_000, 600),
    }))

  test('★ exactly € 50,000 is not enough', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(50_000),
      atRest: inTheEnd(50_000, undefined),
    }))

  test('★ after exactly € 50,000, the next payment is the one that exceeds it', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(50_000, 10_000),
      atRest: inTheEnd(60_000, 600),
    }))

  test('★★ marketing crashes, and comes back', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { crashes: 1 },
      atRest: inTheEnd(60_000, 600),
    }))

  test('★★ a copy of the payment arrives', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { copies: 1 },
      atRest: inTheEnd(60_000, 600),
    }))

  test('★★ marketing crashes, and the next payment overtakes the one that was interrupted', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { crashes: 1 },
      atRest: inTheEnd(120_000, 600),
    }))

  test('★★ two payments at the same time, each of them enough', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      atRest: inTheEnd(120_000, 600),
    }))

  test('★★ Erika has paid before, and two payments come at the same time', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      async scenario({ from, wait }) {
        await from('orders').publish(payment('Erika', 20_000), { id: 'm1' })
        await wait(1_000)
        await from('orders').publish(payment('Erika', 40_000), { id: 'm2' })
        await from('orders').publish(payment('Erika', 40_000), { id: 'm3' })
      },
      atRest: inTheEnd(100_000, 600),
    }))

  test('★★ two customers pay at the same time, each of them enough', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      async scenario({ from }) {
        await from('orders').publish(payment('Erika', 60_000), { id: 'm1' })
        await from('orders').publish(payment('Max', 60_000), { id: 'm2' })
      },
      atRest: { ...inTheEnd(60_000, 600), 'Max has a voucher of his own': ({ stores }) => oneVoucher('Max', 600, stores) },
    }))

  test('★★ the store or the broker refuses once', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { refusals: 1 },
      always: { 'no voucher is out before the payments are on the books': noVoucherBeforeItsPayments },
      atRest: inTheEnd(60_000, 600),
    }))

  test('★★ a copy comes eight days late, after many other payments', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      async scenario({ from, wait }) {
        for (let number = 1; number <= 25; number += 1) {
          await from('orders').publish(payment('Erika', 3_000), { id: `m${number}` })
          await wait(1_000)
        }
        await wait(pauses['eight days pass'])
        await from('orders').publish(payment('Erika', 3_000), { id: 'm1' })
      },
      atRest: inTheEnd(75_000, 510),
    }))

  test('★★ marketing crashes and the payment is given up; a day later it is moved back from the dead-letter queue', () =>
    check({
      system: () => [marketing],
      instances: { marketing: 1 },
      async scenario({ from, wait, redrive }) {
        await from('orders').publish(payment('Erika', 60_000), { id: 'm1' })
        await redriveEvery(86_400_000, { wait, redrive }, 'marketing')
      },
      faults: { crashes: 1 },
      broker: { maxDeliveries: 1 },
      atRest: {
        'the voucher leaves': ({ sent }) => vouchersIn(sent).length > 0 || 'Erika has paid more than € 50,000, and her voucher never leaves',
        'every payment counts once': ({ stores }) => totalIs('Erika', 60_000, stores),
      },
    }))

  test('★★★ one payment, through every crash, copy, ambiguous commit and ambiguous send', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      broker: { maxDeliveries: 10 },
      atRest: inTheEnd(60_000, 600),
    }))

  test('★★★ two payments and two consumers, through every copy', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { copies: 1 },
      broker: { maxDeliveries: 10 },
      atRest: inTheEnd(120_000, 600),
    }))

  test('★★★ two payments and two consumers, through every crash', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { crashes: 1 },
      broker: { maxDeliveries: 10 },
      atRest: inTheEnd(120_000, 600),
    }))

  test('★★★ two payments and two consumers, through every ambiguous commit', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: inTheEnd(120_000, 600),
    }))

  test('★★★ any conversation of two customers and two consumers, with late copies', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      given: fc.array(fc.constantFrom<Entry>('m1', 'm10', 'm11', 'm100', 'm2', 'm20', 'an hour passes', 'eight days pass', 'redrive'), { minLength: 1, maxLength: 10 }),
      async scenario({ from, wait, redrive }, conversation) {
        for (const entry of conversation) {
          if (entry === 'redrive') await redrive('marketing')
          else if (entry in pauses) await wait(pauses[entry as keyof typeof pauses])
          else await from('orders').publish(paymentOf(entry as PaymentId), { id: entry })
        }
        await redriveEvery(86_400_000, { wait, redrive }, 'marketing', 'billing')
      },
      runs: 150,
      faults: { crashes: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      broker: { maxDeliveries: 2 },
      always: { 'no voucher is out before the payments are on the books': noVoucherBeforeItsPayments },
      atRest: asPaid(),
    }))
})

type Place = 'marketing' | 'billing'
type Stores<Name extends Place> = View<Name>['stores']

function payment(customer: string, amount: number): PaymentBooked {
  return { type: 'PaymentBooked', customer, amount }
}

function paymentOf(id: PaymentId): PaymentBooked {
  return payment(payments[id], amounts[payments[id]])
}

function erikaPays(...paid: readonly number[]) {
  return async ({ from }: Scenario): Promise<void> => {
    for (const [position, amount] of paid.entries()) await from('orders').publish(payment('Erika', amount), { id: `m${position + 1}` })
  }
}

/** What must be so when nothing is left to do. */
function inTheEnd(paid: number, voucher: number | undefined): Promises<Place> {
  return {
    'one voucher, of the right amount': ({ stores }) => oneVoucher('Erika', voucher, stores),
    'every payment counts once': ({ stores }) => totalIs('Erika', paid, stores),
    'nothing is kept that has left': nothingIsKept,
    'no message is given up': nothingIsGivenUp,
  }
}

/** The same for a conversation: what was sent determines what must be there, the order and the copies make no difference. */
function asPaid(): Promises<Place> {
  const customers = Object.keys(amounts) as (keyof typeof amounts)[]
  const firstBroken = (results: readonly (true | string)[]): true | string => results.find((result) => result !== true) ?? true
  return {
    'one voucher, of the right amount': ({ stores, sent }) =>
      firstBroken(
        customers.map((customer) => {
          const enough = Math.floor(50_000 / amounts[customer]) + 1
          return oneVoucher(customer, paymentsOf(customer, sent) < enough ? undefined : (enough * amounts[customer]) / 100, stores)
        }),
      ),
    'every payment counts once': ({ stores, sent }) => firstBroken(customers.map((customer) => totalIs(customer, paymentsOf(customer, sent) * amounts[customer], stores))),
    'nothing is kept that has left': nothingIsKept,
    'no message is given up': nothingIsGivenUp,
  }
}

function paymentsOf(customer: string, sent: View['sent']): number {
  return new Set(sent.filter(({ message }) => message.type === 'PaymentBooked' && message['customer'] === customer).map(({ id }) => id)).size
}

function oneVoucher(customer: string, expected: number | undefined, stores: Stores<'billing'>): true | string {
  const found = stores.billing.list<Voucher>('vouchers').flatMap((voucher) => (voucher.customer === customer ? [voucher.amount] : []))
  if (expected === undefined) return found.length === 0 || `expected no voucher for ${customer}, found ${found.length}`
  const [amount] = found
  if (amount === undefined) return `${customer} has paid more than € 50,000, and has no voucher`
  if (found.length > 1) return `expected 1 voucher for ${customer}, found ${found.length}: ${found.map(euros).join(' and ')}`
  return Math.abs(amount - expected) < 0.005 || `expected a voucher of ${euros(expected)} for ${customer}, found one of ${euros(amount)}`
}

function totalIs(customer: string, expected: number, stores: Stores<'marketing'>): true | string {
  const total = onTheBooks(customer, stores)
  return total === expected || `${customer} has paid ${euros(expected)}, and marketing believes ${euros(total)}`
}

/** Each voucher is 1 % of the total it was granted for, so it says what must be on the books by now. */
function noVoucherBeforeItsPayments({ stores, sent }: View<Place>): true | string {
  for (const { customer, amount } of vouchersIn(sent)) {
    const [reason, total] = [Math.round(amount * 100), onTheBooks(customer, stores)]
    if (total < reason) return `a voucher is out for ${euros(reason)} that ${customer} has paid, and on the books there are ${euros(total)}`
  }
  return true
}

/** That there was a voucher may be noted for good. What could be sent once more may not: its amount, or its id. */
function nothingIsKept({ stores, sent }: View<Place>): true | string {
  const vouchers = vouchersIn(sent)
  if (vouchers.length === 0) return true
  const otherNames = sent.flatMap(({ id, message }) => (message.type === 'VoucherGranted' ? [] : [id, message['customer']]))
  for (const collection of stores.marketing.collections()) {
    for (const [position, document] of stores.marketing.list(collection).entries()) {
      const text = JSON.stringify(document)
      const left = vouchers.find(({ id, amount }) => mentions(text, String(amount)) || (!otherNames.includes(id) && mentions(text, id)))
      if (left !== undefined) return `the voucher of ${euros(left.amount)} has left, and is still kept in ${collection} ${stores.marketing.ids(collection)[position] ?? ''}: ${text}`
    }
  }
  return true
}

function nothingIsGivenUp({ queues }: View<Place>): true | string {
  for (const name of ['marketing', 'billing'] as const) {
    const [dead] = queues[name].deadLetters
    if (dead !== undefined) return `expected ${dead.id} to be handled by ${name}, found it in the dead-letter queue: ${dead.reason ?? ''}`
  }
  return true
}

function vouchersIn(sent: View['sent']): readonly (VoucherGranted & { readonly id: string })[] {
  return sent.flatMap(({ id, message }) => (message.type === 'VoucherGranted' ? [{ ...(message as unknown as VoucherGranted), id }] : []))
}

/** As a word of its own: 600 is not in 60000, nor m1 in m10. */
function mentions(text: string, word: string): boolean {
  const [first = '', ...others] = text.split(word)
  let before = first
  for (const after of others) {
    if (!/[\w./-]$/.test(before) && !/^[\w./-]/.test(after)) return true
    before = after
  }
  return false
}

function onTheBooks(customer: string, stores: Stores<'marketing'>): number {
  return stores.marketing.get<{ total: number }>('customers', customer)?.total ?? 0
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
