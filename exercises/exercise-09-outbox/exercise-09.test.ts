import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { PaymentBooked } from '#driveway'
import { billing, type Voucher } from './given.js'
import { marketing } from './grant-voucher.js'

describe('exercise 09 · outbox', () => {
  test('★ a customer who pays more than € 50,000 gets a voucher of 1 %', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(60_000), 'nothing is kept that has left': nothingIsKept },
    }))

  test('★ several payments together do it, and more do not do it again', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(30_000, 30_000, 10_000),
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(70_000) },
    }))

  test('★ exactly € 50,000 is not enough', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(50_000),
      atRest: { 'no voucher': noVoucher, 'every payment counts once': totalIs(50_000) },
    }))

  test('★★ marketing crashes, and comes back', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { crashes: 1 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(60_000) },
    }))

  test('★★ a copy of the payment arrives', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { copies: 1 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(60_000) },
    }))

  test('★★ marketing crashes, and the next payment overtakes the one that was interrupted', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { crashes: 1 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(120_000) },
    }))

  test('★★ two payments at the same time, each of them enough', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(120_000) },
    }))

  test('★★ the store or the broker refuses once', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { refusals: 1 },
      always: { 'no voucher is out before the payments are on the books': noVoucherBeforeItsPayments },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(60_000) },
    }))

  test('★★★ one payment, through every crash, copy, ambiguous commit and ambiguous send', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 1, billing: 1 },
      scenario: erikaPays(60_000),
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(60_000), 'nothing is kept that has left': nothingIsKept },
    }))

  test('★★★ two payments and two consumers, through every crash and copy', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { crashes: 1, copies: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(120_000), 'nothing is kept that has left': nothingIsKept },
    }))

  test('★★★ two payments and two consumers, through every crash and ambiguous commit', () =>
    check({
      system: () => [marketing, billing],
      instances: { marketing: 2, billing: 1 },
      scenario: erikaPays(60_000, 60_000),
      faults: { crashes: 1, ambiguousCommits: 1 },
      broker: { maxDeliveries: 10 },
      atRest: { 'one voucher, of the right amount': oneVoucher(600), 'every payment counts once': totalIs(120_000), 'nothing is kept that has left': nothingIsKept },
    }))
})

function erikaPays(...amounts: readonly number[]) {
  return async ({ from }: Scenario): Promise<void> => {
    for (const [position, amount] of amounts.entries()) {
      const event: PaymentBooked = { type: 'PaymentBooked', customer: 'Erika', amount }
      await from('orders').publish(event, { id: `m${position + 1}` })
    }
  }
}

function oneVoucher(expected: number) {
  return ({ stores }: View<'billing'>): true | string => {
    const amounts = stores.billing.list<Voucher>('vouchers').map(({ amount }) => amount)
    if (amounts.length === 0) return `Erika has paid more than € 50,000, and has no voucher`
    if (amounts.length > 1) return `expected 1 voucher for Erika, found ${amounts.length}: ${amounts.map(euros).join(' and ')}`
    return amounts[0] === expected || `expected a voucher of ${euros(expected)} for Erika, found one of ${euros(amounts[0] ?? 0)}`
  }
}

function noVoucher({ stores }: View<'billing'>): true | string {
  const count = stores.billing.ids('vouchers').length
  return count === 0 || `expected no voucher for Erika, found ${count}`
}

function totalIs(expected: number) {
  return ({ stores }: View<'marketing'>): true | string => {
    const total = paid(stores)
    return total === expected || `Erika has paid ${euros(expected)}, and marketing believes ${euros(total)}`
  }
}

/** Each voucher is 1 % of the total it was granted for, so it says what must be on the books by now. */
function noVoucherBeforeItsPayments({ stores, sent }: View<'marketing'>): true | string {
  for (const { message } of sent) {
    if (message.type !== 'VoucherGranted') continue
    const reason = Number(message['amount']) * 100
    if (paid(stores) < reason) return `a voucher is out for ${euros(reason)} that Erika has paid, and on the books there are ${euros(paid(stores))}`
  }
  return true
}

function nothingIsKept({ stores }: View<'marketing'>): true | string {
  const kept = JSON.stringify([...stores.marketing.list('customers'), ...stores.marketing.list('outbox')])
  return !kept.includes('VoucherGranted') || `expected no message in the outbox after it has left, found ${kept}`
}

function paid(stores: View<'marketing'>['stores']): number {
  return stores.marketing.get<{ total: number }>('customers', 'Erika')?.total ?? 0
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
