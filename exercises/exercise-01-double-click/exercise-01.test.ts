import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { Cart, Order } from '#driveway'
import { web } from './submit-cart.js'

const porsche: Cart = { customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const documents = { web: { carts: { c1: porsche } } }

/** Two carts of Erika's with the same car, one of Max's, and thirty of customers who have nothing to do with either. */
const manyCarts: Readonly<Record<string, Cart>> = {
  c1: porsche,
  c10: porsche,
  c2: { ...porsche, customer: 'Max' },
  ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x${index}`, { customer: 'somebody else', car: 'VW Golf', price: 9_000 }])),
}

const hour = 3_600_000
const eightDays = 8 * 24 * hour

/** What a conversation consists of: clicks, alone or two at a time, and waiting. */
const events = ['c1', 'c10', 'c2', 'c1 and c1', 'c1 and c10', 'c2 and c1', 'an hour passes', 'eight days pass', 'thirty others buy a car'] as const

describe('exercise 01 · double-click', () => {
  test('★ one click makes one order, and leads to it', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★ a customer may buy two of the same car', () =>
    check({
      system: () => [web],
      documents: { web: { carts: manyCarts } },
      async scenario(scenario) {
        await buy(scenario, 'c10')
        await buy(scenario, 'c1')
      },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★ what is not there is not found', () =>
    check({
      system: () => [web],
      documents,
      async scenario({ browser }) {
        await browser.post('/carts/c9/submission')
        await browser.get('/orders/c9')
      },
      atRest: { 'what is not there is not found': whatIsNotThereIsNotFound },
    }))

  test('★★ the response is lost, and the browser sends the click again', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { lostResponses: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★ two clicks at the same time', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', 'c1'),
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★ a click comes again, eight days later', () =>
    check({
      system: () => [web],
      documents,
      async scenario(scenario) {
        await buy(scenario, 'c1')
        await scenario.wait(eightDays)
        await buy(scenario, 'c1')
      },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★ web stalls, and the browser sends the click again', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { stalls: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★★ two clicks, through every crash, lost response and ambiguous commit', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1', 'c1'),
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★★ one click, through every crash, lost response and ambiguous commit', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★★ the store does not respond, time and again', () =>
    check({
      system: () => [web],
      documents,
      scenario: (scenario) => buy(scenario, 'c1'),
      faults: { ambiguousCommits: 6 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'a click with a 2xx leads to its order': everyClickWith2xxLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))

  test('★★★ any conversation, with many carts and much time', () =>
    check({
      system: () => [web],
      documents: { web: { carts: manyCarts } },
      given: fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 8 }),
      scenario: converse,
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 2 },
      runs: 100,
      maxSteps: 5_000,
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'an order is what its cart says': everyOrderIsWhatItsCartSays },
    }))
})

/** Clicks on these carts, all at the same time, and a look at each address that came back. */
async function buy({ browser }: Scenario, ...cartIds: readonly string[]): Promise<void> {
  const responses = await Promise.all(cartIds.map((cartId) => browser.post(`/carts/${cartId}/submission`, undefined, { attempts: 6 })))
  const locations = responses.flatMap((response) => response?.headers['location'] ?? [])
  for (const location of new Set(locations)) await browser.get(location)
}

async function converse(scenario: Scenario, conversation: readonly string[]): Promise<void> {
  for (const event of conversation) {
    if (event === 'an hour passes') await scenario.wait(hour)
    else if (event === 'eight days pass') await scenario.wait(eightDays)
    else if (event === 'thirty others buy a car') for (let index = 0; index < 30; index++) await scenario.browser.post(`/carts/x${index}/submission`, undefined, { attempts: 6 })
    else await buy(scenario, ...event.split(' and '))
  }
}

function oneOrderPerCart({ stores }: View<'web'>): true | string {
  const orders = stores.web.list<Order>('orders')
  const twice = orders.find(({ cartId }, index) => orders.findIndex((order) => order.cartId === cartId) < index)
  if (twice === undefined) return true
  const { cartId, car, customer } = twice
  const count = orders.filter((order) => order.cartId === cartId).length
  return `expected 1 order for cart ${cartId}, found ${count}: there are ${count} × ${car} on their way to ${customer}`
}

function everyClickLeadsToItsOrder({ browser }: View<'web'>): true | string {
  for (const { method, path, response, attempts } of browser.clicks) {
    const cartId = path.split('/')[2] ?? ''
    if (method !== 'POST') continue
    if (response === undefined) return `the click on ${path} got no response, in ${attempts} attempts`
    if (response.status < 200 || response.status > 299) return `expected a response that leads to the order of cart ${cartId}, found status ${response.status}`
  }
  return everyClickWith2xxLeadsToItsOrder({ browser })
}

/** The way of a customer: from the cart to the address in the response, and there is the order. */
function everyClickWith2xxLeadsToItsOrder({ browser }: Pick<View<'web'>, 'browser'>): true | string {
  const looks = new Map(browser.clicks.flatMap(({ method, path, response }) => (method === 'GET' ? [[path, response] as const] : [])))
  for (const { method, path, response } of browser.clicks) {
    const cartId = path.split('/')[2] ?? ''
    const location = response?.headers['location']
    if (method !== 'POST' || response === undefined || response.status < 200 || response.status > 299) continue
    if (location === undefined) return `expected a location that leads to the order of cart ${cartId}, found no location`
    const look = looks.get(location)
    if (look === undefined) continue // one of the thirty others, whom nobody follows
    if (look.status !== 200) return `expected ${location}, which the customer was given, to show the order of cart ${cartId}, found status ${look.status}`
    const shown = (look.body ?? {}) as Partial<Order>
    if (shown.cartId !== cartId || text(shown) !== text(manyCarts[cartId])) return `expected ${location}, which the customer was given, to show the order of cart ${cartId}: ${text(manyCarts[cartId])}\nfound the order of cart ${shown.cartId ?? '?'}: ${text(shown)}`
  }
  return true
}

/** What the yard finds in `orders` is what it brings. */
function everyOrderIsWhatItsCartSays({ stores, browser }: View<'web'>): true | string {
  const orders = stores.web.list<Order>('orders')
  for (const order of orders) {
    if (text(order) !== text(manyCarts[order.cartId])) return `expected the order for cart ${order.cartId} to be ${text(manyCarts[order.cartId])}, found ${text(order)}`
  }
  const ordered = new Set(orders.map(({ cartId }) => cartId))
  for (const { method, path, response } of browser.clicks) {
    const cartId = path.split('/')[2] ?? ''
    if (method === 'POST' && response !== undefined && response.status <= 299 && !ordered.has(cartId)) return `the click on cart ${cartId} got ${response.status}, and there is no order for it in the store: nobody will bring the ${manyCarts[cartId]?.car ?? 'car'}`
  }
  return true
}

function whatIsNotThereIsNotFound({ stores, browser }: View<'web'>): true | string {
  for (const { method, path, response } of browser.clicks) {
    if (response?.status !== 404) return `expected 404 in response to ${method} ${path}, of which nobody has heard, found ${response?.status ?? 'no response'}`
  }
  return stores.web.ids('orders').length === 0 || 'expected no order, found one for a cart that is not there'
}

function text({ customer, car, price }: Partial<Cart> = {}): string {
  return `${car ?? 'no car'} for ${customer ?? 'nobody'} at € ${price?.toLocaleString('en') ?? '?'}`
}
