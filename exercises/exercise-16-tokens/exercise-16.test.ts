import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { PaymentBooked } from '#driveway'
import { marketing, type Credit, type Customer } from './given.js'
import { tokens } from './tokens.js'

const year = 365 * 24 * 3_600_000

describe('exercise 16 · tokens', () => {
  test('★ a customer who pays more than € 50,000 is credited with 1 %', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★ less is only added up', () =>
    check({
      ...erikaPays(20_000, 20_000),
      instances: { marketing: 1 },
      atRest: { 'every payment counts once': totalIs(40_000), 'no voucher': creditIs(0), 'nothing is left': nothingIsLeft },
    }))

  test('★★ two consumers: the voucher may be received before its sender is done', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★ marketing crashes, and comes back', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { crashes: 1 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★ a copy arrives, and two consumers each take one', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { copies: 1 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★ a copy arrives a year later', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { lateCopies: 1 },
      broker: { lateness: year },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★ two payments at the same time: the one that has to try again leaves nothing behind', () =>
    check({
      ...erikaPays(60_000, 60_000),
      instances: { marketing: 2 },
      atRest: { 'every payment counts once': totalIs(120_000), 'the voucher is credited once': creditIs(600, 1_200), 'nothing is left': nothingIsLeft },
    }))

  test('★★★ one payment, through every crash, copy, ambiguous commit and ambiguous send', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★★ one payment and two consumers, through every crash and two copies', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { crashes: 1, copies: 2 },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))

  test('★★★ a copy a year later, through every crash and refusal', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { crashes: 1, lateCopies: 1, refusals: 1 },
      broker: { lateness: year },
      atRest: { 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft },
    }))
})

/** The sender of the payments has created a token for each: t1 for m1, and so on. */
function erikaPays(...amounts: readonly number[]) {
  return {
    system: () => [marketing(tokens)],
    documents: { marketing: { tokens: Object.fromEntries(amounts.map((_, position) => [`t${position + 1}`, {}])) } },
    async scenario({ from }: Scenario) {
      for (const [position, amount] of amounts.entries()) {
        const event: PaymentBooked = { type: 'PaymentBooked', customer: 'Erika', amount }
        await from('orders').publish(event, { id: `m${position + 1}`, headers: { token: `t${position + 1}` } })
      }
    },
  }
}

function totalIs(expected: number) {
  return ({ stores }: View<'marketing'>): true | string => {
    const total = stores.marketing.get<Customer>('customers', 'Erika')?.total ?? 0
    return total === expected || `Erika has paid ${euros(expected)}, and marketing believes ${euros(total)}`
  }
}

/** More than one amount is right if it depends on who was first. */
function creditIs(...expected: readonly number[]) {
  return ({ stores }: View<'marketing'>): true | string => {
    const balance = stores.marketing.get<Credit>('credits', 'Erika')?.balance ?? 0
    return expected.includes(balance) || `expected Erika to be credited with ${expected.map(euros).join(' or ')}, found ${euros(balance)}`
  }
}

/** No token, no outbox entry, no inbox, and nothing that does not belong to the customer. */
function nothingIsLeft({ stores }: View<'marketing'>): true | string {
  for (const collection of ['tokens', 'outbox', 'inbox']) {
    const ids = stores.marketing.ids(collection)
    if (ids.length > 0) return `expected nothing in ${collection} when everything is done, found ${ids.join(' and ')}`
  }
  const kept = [...stores.marketing.list<object>('customers'), ...stores.marketing.list<object>('credits')]
  const leftovers = kept.flatMap((document) => Object.keys(document)).filter((field) => field !== 'total' && field !== 'balance')
  return leftovers.length === 0 || `expected nothing but totals and balances, found ${leftovers.join(' and ')}, too`
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
