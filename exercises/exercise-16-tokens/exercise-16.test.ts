import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, redriveEvery, type Scenario, type View } from '#lib/testing'
import type { GrantVoucher, PaymentBooked, PaymentReceived } from '#driveway'
import { marketing, type Credit, type Customer } from './given.js'
import { shipping, type EndStrike, type Garage, type Glovebox, type PlanTrip, type Trips } from './other-handlers.js'
import { tokens } from './tokens.js'

const day = 24 * 3_600_000
const year = 365 * day

/** What the bank says, by message id; the token of m1 is t1. Some names begin like others, and amounts are the same. */
const payments = {
  m1: { type: 'PaymentBooked', customer: 'Erika', amount: 60_000 },
  m10: { type: 'PaymentBooked', customer: 'Erika', amount: 20_000 },
  m11: { type: 'PaymentBooked', customer: 'Erik', amount: 60_000 },
  m2: { type: 'PaymentBooked', customer: 'Erik', amount: 20_000 },
  m21: { type: 'PaymentBooked', customer: 'Anna', amount: 20_000 },
} satisfies Record<string, PaymentBooked>

const headersOf = (id: string): { readonly token: string } => ({ token: id.replace('m', 't') })

/** The sender of the messages has created a token for each: t1 for m1, and so on. */
const tokensOf = (...ids: readonly string[]): Readonly<Record<string, unknown>> => Object.fromEntries(ids.map((id) => [headersOf(id).token, {}]))

describe('exercise 16 · tokens', () => {
  test('★ a customer who pays more than € 50,000 is credited with 1 %', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★ less is only added up', () =>
    check({
      ...erikaPays(20_000, 20_000),
      instances: { marketing: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(40_000), 'no voucher': creditIs(0), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★ another endpoint with other handlers: two commands, nothing to write, nothing to send, neither', () =>
    check({
      system: () => [marketing(tokens), shipping(tokens)],
      instances: { marketing: 1, shipping: 1 },
      documents: { marketing: { tokens: tokensOf('m1') }, shipping: { tokens: tokensOf('m1') } },
      scenario: ({ from }) => from('orders').publish(payments.m1, { id: 'm1', headers: headersOf('m1') }),
      atRest: {
        'no message is given up': noneIsDead('marketing', 'shipping'),
        'the voucher is credited once': creditIs(600),
        'a trip for each payment': tripsAre(1),
        'nothing is left in marketing': nothingIsLeft('marketing'),
        'nothing is left in shipping': nothingIsLeft('shipping'),
      },
    }))

  test('★ many commands for one message, and two for another whose token has a similar name', () =>
    check({
      system: () => [shipping(tokens)],
      instances: { shipping: 1 },
      documents: { shipping: { tokens: tokensOf('m1', 'm11') } },
      given: fc.integer({ min: 1, max: 12 }),
      runs: 20,
      async scenario({ from }, cars) {
        await from('bank').publish(paymentFor(cars), { id: 'm1', headers: headersOf('m1') })
        await from('bank').publish(paymentFor(2), { id: 'm11', headers: headersOf('m11') })
      },
      atRest: { 'no message is given up': noneIsDead('shipping'), 'every car is washed': everyCarIsWashed, 'nothing is left': nothingIsLeft('shipping') },
    }))

  test('★★ two consumers: the voucher may be received before its sender is done', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ a message without a token, and one whose token is not there', () =>
    check({
      ...erikaPays(20_000),
      instances: { marketing: 1 },
      async scenario({ from }) {
        await from('orders').publish(payments.m10, { id: 'm10', headers: headersOf('m1') })
        await from('somebody').publish(payments.m10, { id: 'm11' })
        await from('somebody').publish(payments.m10, { id: 'm12', headers: headersOf('m12') })
      },
      atRest: { 'no token, no processing': totalIs(20_000), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ the next payment comes a year later, and its token has a similar name', () =>
    check({
      system: () => [marketing(tokens)],
      instances: { marketing: 1 },
      documents: { marketing: { tokens: tokensOf('m1', 'm10', 'm11') } },
      async scenario({ from, wait }) {
        await from('orders').publish(payments.m1, { id: 'm1', headers: headersOf('m1') })
        await wait(year)
        await from('orders').publish(payments.m10, { id: 'm10', headers: headersOf('m10') })
      },
      faults: { delays: 1 },
      broker: { lateness: year },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(80_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing'), 'what is still expected has its token': tokensWaitFor('marketing', 'm11') },
    }))

  test('★★ marketing crashes, and comes back', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { crashes: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ a copy arrives, and two consumers each take one', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { copies: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ the same with a handler that writes without a condition', () =>
    check({
      system: () => [shipping(tokens)],
      instances: { shipping: 2 },
      documents: { shipping: { tokens: tokensOf('m1') } },
      scenario: ({ from }) => from('marketing').send<GrantVoucher>('shipping', { type: 'GrantVoucher', customer: 'Erika', amount: 600 }, { id: 'm1', headers: headersOf('m1') }),
      faults: { copies: 1 },
      atRest: { 'no message is given up': noneIsDead('shipping'), 'one voucher lies in the glovebox': gloveboxHolds(1), 'nothing is left': nothingIsLeft('shipping') },
    }))

  test('★★ the same with a handler that writes nothing, and sends', () =>
    check({
      system: () => [shipping(tokens)],
      instances: { shipping: 2 },
      documents: { shipping: { tokens: tokensOf('m1'), garages: { Erika: { cars: 1 } } } },
      scenario: ({ from }) => from('orders').send<PlanTrip>('shipping', { type: 'PlanTrip', customer: 'Erika' }, { id: 'm1', headers: headersOf('m1') }),
      faults: { copies: 1 },
      atRest: { 'no message is given up': noneIsDead('shipping'), 'one trip': tripsAre(1), 'nothing is left': nothingIsLeft('shipping') },
    }))

  test('★★ a copy arrives a year later', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { lateCopies: 1 },
      broker: { lateness: year },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ a handler fails after it has written and sent, until its message is a dead letter; then somebody sends it again', () =>
    check({
      system: () => [shipping(tokens)],
      instances: { shipping: 1 },
      documents: { shipping: { notices: { strike: {} }, tokens: tokensOf('m1', 'm2') } },
      async scenario({ from, wait }) {
        await from('orders').publish(payments.m1, { id: 'm1', headers: headersOf('m1') })
        await wait(day)
        const command: EndStrike = { type: 'EndStrike' }
        await from('drivers').send('shipping', command, { id: 'm2', headers: headersOf('m2') })
        await wait(day)
        await from('orders').publish(payments.m1, { id: 'm1', headers: headersOf('m1') })
      },
      broker: { maxDeliveries: 2 },
      atRest: { 'who fails has done nothing, and is not believed to have': failedOnce, 'a trip for each payment': tripsAre(1), 'nothing is left': nothingIsLeft('shipping') },
    }))

  test('★★ marketing crashes and the payment is given up; a day later it is moved back from the dead-letter queue', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      async scenario(tools) {
        await erikaPays(60_000).scenario(tools)
        await redriveEvery(day, tools, 'marketing')
      },
      faults: { crashes: 1 },
      broker: { maxDeliveries: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★ two payments at the same time: the one that has to try again leaves nothing behind', () =>
    check({
      ...erikaPays(60_000, 60_000),
      instances: { marketing: 2 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(120_000), 'the voucher is credited once': creditIs(600, 1_200), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★★ one payment, through every crash, ambiguous commit and ambiguous send', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { crashes: 1, ambiguousCommits: 1, ambiguousSends: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★★ one payment and two consumers, through every crash and copy', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { crashes: 1, copies: 1 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★★ one payment and two consumers, through every two copies', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 2 },
      faults: { copies: 2 },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★★ a copy a year later, through every crash and refusal', () =>
    check({
      ...erikaPays(60_000),
      instances: { marketing: 1 },
      faults: { crashes: 1, lateCopies: 1, refusals: 1 },
      broker: { lateness: year },
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': totalIs(60_000), 'the voucher is credited once': creditIs(600), 'nothing is left': nothingIsLeft('marketing') },
    }))

  test('★★★ any conversation: several customers, copies at once and a year later, crashes, delays, refusals, ambiguous commits', () =>
    check({
      system: () => [marketing(tokens)],
      instances: { marketing: 2 },
      ...anyConversation(5, 'marketing'),
      documents: { marketing: { tokens: tokensOf(...Object.keys(payments)) } },
      faults: { crashes: 2, copies: 2, delays: 1, ambiguousCommits: 1, refusals: 1 },
      broker: { maxDeliveries: 2, lateness: year },
      runs: 200,
      atRest: { 'no message is given up': noneIsDead('marketing'), 'every payment counts once': everyPaymentCountsOnce, 'every voucher is credited once': everyVoucherIsCreditedOnce, 'nothing is left': nothingIsLeft('marketing'), 'what is still expected has its token': tokensWaitFor('marketing', ...Object.keys(payments)) },
    }))

  test('★★★ the same with the other handlers', () =>
    check({
      system: () => [shipping(tokens)],
      instances: { shipping: 1 },
      ...anyConversation(3, 'shipping'),
      documents: { shipping: { tokens: tokensOf(...Object.keys(payments)) } },
      faults: { crashes: 1, copies: 1, delays: 1, ambiguousSends: 1, refusals: 1 },
      broker: { maxDeliveries: 2, lateness: year },
      runs: 50,
      atRest: { 'no message is given up': noneIsDead('shipping'), 'every payment counts once': aCarAndATripEach, 'nothing is left': nothingIsLeft('shipping'), 'what is still expected has its token': tokensWaitFor('shipping', ...Object.keys(payments)) },
    }))
})

function erikaPays(...amounts: readonly number[]) {
  return {
    system: () => [marketing(tokens)],
    documents: { marketing: { tokens: tokensOf(...amounts.map((_, position) => `m${position + 1}`)) } },
    async scenario({ from }: Scenario) {
      for (const [position, amount] of amounts.entries()) {
        const id = `m${position + 1}`
        const event: PaymentBooked = { type: 'PaymentBooked', customer: 'Erika', amount }
        await from('orders').publish(event, { id, headers: headersOf(id) })
      }
    },
  }
}

/** Messages in any order, some of them several times, with a pause behind some. What is given up is moved back from the dead-letter queue. */
function anyConversation(longest: number, endpoint: string) {
  return {
    given: fc.array(fc.record({ id: fc.constantFrom('m1', 'm10', 'm11', 'm2', 'm21'), pause: fc.constantFrom(0, 0, 0, day, year) }), { minLength: 1, maxLength: longest }),
    async scenario({ from, wait, redrive }: Scenario, conversation: readonly { readonly id: keyof typeof payments; readonly pause: number }[]): Promise<void> {
      for (const { id, pause } of conversation) {
        await from('orders').publish(payments[id], { id, headers: headersOf(id) })
        if (pause > 0) await wait(pause)
      }
      // By then, whatever was delayed has arrived.
      await redriveEvery(2 * year, { wait, redrive }, endpoint)
    },
  }
}

function paymentFor(cars: number): PaymentReceived {
  return { type: 'PaymentReceived', customer: 'Erika', cars: Array.from({ length: cars }, () => 1_000), delivery: 0 }
}

function noneIsDead<Name extends string>(...endpoints: readonly Name[]) {
  return ({ queues }: View<Name>): true | string => {
    for (const endpoint of endpoints) {
      const [dead] = queues[endpoint].deadLetters
      if (dead !== undefined) return `expected ${endpoint} to process ${dead.id}, found it in the dead-letter queue: ${dead.reason ?? ''}`
    }
    return true
  }
}

function totalIs(expected: number) {
  return ({ stores }: View<'marketing'>): true | string => {
    const total = paid(stores)
    return total === expected || `Erika has paid ${euros(expected)}, and marketing believes ${euros(total)}`
  }
}

/** More than one amount is right if it depends on who was first. */
function creditIs(...expected: readonly number[]) {
  return ({ stores }: View<'marketing'>): true | string => {
    const balance = credited(stores)
    return expected.includes(balance) || `expected Erika to be credited with ${expected.map(euros).join(' or ')}, found ${euros(balance)}`
  }
}

function tripsAre(expected: number) {
  return ({ stores }: View<'shipping'>): true | string => {
    const found = stores.shipping.get<Trips>('trips', 'Erika')?.trips ?? 0
    return found === expected || `expected ${count(expected, 'trip')} to Erika, found ${found}`
  }
}

function gloveboxHolds(expected: number) {
  return ({ stores }: View<'shipping'>): true | string => {
    const vouchers = stores.shipping.get<Glovebox>('gloveboxes', 'Erika')?.vouchers ?? 0
    return vouchers === expected || `expected ${count(expected, 'voucher')} in Erika's glovebox, found ${vouchers}`
  }
}

function everyCarIsWashed({ stores, sent }: View<'shipping'>): true | string {
  const received = new Map(sent.flatMap(({ id, message }) => (message.type === 'PaymentReceived' ? [[id, message as unknown as PaymentReceived] as const] : [])))
  const cars = [...received.values()].flatMap((payment) => payment.cars).length
  const washed = stores.shipping.ids('washed').length
  return washed === cars || `expected ${count(cars, 'car')} to be washed, found ${washed}`
}

/** The first letter died in the strike, and stays where it is. What was sent again has come through. */
function failedOnce({ stores, queues }: View<'shipping'>): true | string {
  const dead = queues.shipping.deadLetters
  if (dead.length === 0) return 'expected m1 in the dead-letter queue, for its handler failed at every attempt, found nothing there: who has heard of the error?'
  const [, another] = dead
  if (another !== undefined) return `expected nothing but m1 in the dead-letter queue, found ${another.id}, too: ${another.reason ?? ''}`
  const cars = stores.shipping.get<Garage>('garages', 'Erika')?.cars ?? 0
  return cars === 1 || `expected 1 car in Erika's garage, for one attempt succeeded, found ${cars}`
}

/** What was sent says what must be there: each message id once, however often it came. */
function everyPaymentCountsOnce({ stores, sent }: View<'marketing'>): true | string {
  for (const [customer, amounts] of amountsIn(sent)) {
    if (paid(stores, customer) !== sum(amounts)) return `${customer} has paid ${euros(sum(amounts))}, and marketing believes ${euros(paid(stores, customer))}`
  }
  return true
}

function everyVoucherIsCreditedOnce({ stores, sent }: View<'marketing'>): true | string {
  for (const [customer, amounts] of amountsIn(sent)) {
    const possible = sum(amounts) > 50_000 ? totalsThatCross(amounts).map((total) => total / 100) : [0]
    const found = credited(stores, customer)
    if (!possible.includes(found)) return `expected ${customer} to be credited with ${possible.map(euros).join(' or ')}, found ${euros(found)}`
  }
  return true
}

/** What the total may be when it first exceeds € 50,000: it depends on the order of the payments. */
function totalsThatCross(amounts: readonly number[], before = 0): readonly number[] {
  const totals = amounts.flatMap((amount, position) => (before + amount > 50_000 ? [before + amount] : totalsThatCross(amounts.toSpliced(position, 1), before + amount)))
  return [...new Set(totals)]
}

function aCarAndATripEach({ stores, sent }: View<'shipping'>): true | string {
  for (const [customer, amounts] of amountsIn(sent)) {
    const cars = stores.shipping.get<Garage>('garages', customer)?.cars ?? 0
    if (cars !== amounts.length) return `expected ${count(amounts.length, 'car')} in the garage of ${customer}, one for each payment, found ${cars}`
    const trips = stores.shipping.get<Trips>('trips', customer)?.trips ?? 0
    if (trips !== amounts.length) return `expected ${count(amounts.length, 'trip')} to ${customer}, one for each payment, found ${trips}`
  }
  return true
}

/** No token but of messages that have not come, no outbox entry, no inbox, and nothing that does not belong to a customer. */
function nothingIsLeft<Name extends 'marketing' | 'shipping'>(name: Name) {
  return ({ stores, sent }: View<Name>): true | string => {
    const store = stores[name]
    const kept = ['customers', 'credits', 'garages', 'gloveboxes', 'trips']
    const [come, all] = [new Set(sent.map(({ id }) => headersOf(id).token)), tokensOf(...Object.keys(payments))]
    const left = store.ids('tokens').filter((token) => !(token in all) || come.has(token))
    if (left.length > 0) return `expected nothing in tokens when everything is done, found ${left.join(' and ')}`
    const other = store.collections().find((collection) => !['tokens', ...kept, 'washed'].includes(collection))
    if (other !== undefined) return `expected nothing in ${other} when everything is done, found ${store.ids(other).join(' and ')}`
    const people = sent.map(({ message }) => message['customer'])
    const stranger = kept.flatMap((collection) => store.ids(collection)).find((id) => !people.includes(id))
    if (stranger !== undefined) return `expected nothing but customers among the customers, found ${stranger}`
    const leftovers = kept
      .flatMap((collection) => store.list<object>(collection))
      .flatMap((document) => Object.keys(document))
      .filter((field) => !['total', 'balance', 'cars', 'vouchers', 'trips'].includes(field))
    return leftovers.length === 0 || `expected nothing but totals and balances, found ${leftovers.join(' and ')}, too`
  }
}

/** A token goes when its message is processed, and not before. */
function tokensWaitFor<Name extends 'marketing' | 'shipping'>(name: Name, ...ids: readonly string[]) {
  return ({ stores, sent }: View<Name>): true | string => {
    const missing = ids.find((id) => !sent.some((one) => one.id === id) && !stores[name].ids('tokens').includes(headersOf(id).token))
    return missing === undefined || `expected the token ${headersOf(missing).token} to be there until ${missing} comes, and it is gone`
  }
}

/** What each customer has paid: an amount for each message id. */
function amountsIn(sent: View['sent']): ReadonlyMap<string, readonly number[]> {
  const amounts = new Map<string, number[]>()
  const booked = new Map(sent.flatMap(({ id, message }) => (message.type === 'PaymentBooked' ? [[id, message as unknown as PaymentBooked] as const] : [])))
  for (const { customer, amount } of booked.values()) amounts.set(customer, [...(amounts.get(customer) ?? []), amount])
  return amounts
}

function paid(stores: View<'marketing'>['stores'], customer = 'Erika'): number {
  return stores.marketing.get<Customer>('customers', customer)?.total ?? 0
}

function credited(stores: View<'marketing'>['stores'], customer = 'Erika'): number {
  return stores.marketing.get<Credit>('credits', customer)?.balance ?? 0
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
