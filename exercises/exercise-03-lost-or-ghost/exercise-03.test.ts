import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, type CheckOptions, type Scenario, type View } from '#lib/testing'
import type { Cart, Order } from '#driveway'
import { orders } from './given.js'
import { web, worker } from './submit-cart.js'

const porsche: Cart = { customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const golf: Cart = { customer: 'Erika', car: 'VW Golf', price: 9_000 }

/** Two carts of Erika's and one of Max's, all with the same car in the beginning. */
const carts: Readonly<Record<string, Cart>> = { c1: porsche, c10: porsche, c2: { ...porsche, customer: 'Max' } }

const system = () => [web, worker, orders]
const documents = { web: { carts } }
const instances = { orders: 1 }

const hour = 3_600_000
const eightDays = 8 * 24 * hour

/** What a conversation consists of. What is named in one event happens at the same time. */
const events = ['click c1', 'click c10', 'click c2', 'change c1', 'change c10', 'click c1 and change c1', 'click c10 and click c1', 'click c2 and change c1', 'an hour passes', 'eight days pass'] as const

const promises = {
  'no submitted cart without its order': everySubmittedCartHasAnOrder,
  'no order that is not what the cart says': everyOrderIsWhatTheCartSays,
  'every customer who was told so gets a car': everyAnswerIsTrue,
  'no message is left over': noDeadLetters,
}

type Faults = NonNullable<CheckOptions['faults']>

describe('exercise 03 · lost-or-ghost', () => {
  test('★ a click closes the cart and leads to an order', () =>
    check({
      system,
      documents,
      instances,
      scenario: (scenario) => clickUntilConfirmed(scenario),
      atRest: { 'there is an order': thereIsAnOrder, 'every request is confirmed': everyRequestIsConfirmed, ...promises },
    }))

  test('★ a customer may change an open cart, and orders what it says then', () =>
    check({
      system,
      documents,
      instances,
      async scenario(scenario) {
        await change(scenario)
        await clickUntilConfirmed(scenario)
      },
      atRest: { 'there is an order': thereIsAnOrder, 'every request is confirmed': everyRequestIsConfirmed, ...promises },
    }))

  test('★ a submitted cart is closed', () =>
    check({
      system,
      documents,
      instances,
      async scenario(scenario) {
        await clickUntilConfirmed(scenario)
        await scenario.wait(hour)
        await change(scenario)
        await clickUntilConfirmed(scenario)
      },
      atRest: { 'a submitted cart responds with 409': aSubmittedCartIsClosed, 'there is an order': thereIsAnOrder, ...promises },
    }))

  test('★ a customer may have two carts', () =>
    check({
      system,
      documents,
      instances,
      async scenario(scenario) {
        await change(scenario, 'c10')
        await clickUntilConfirmed(scenario, 'c10')
        await clickUntilConfirmed(scenario, 'c1')
      },
      atRest: { 'there is an order': thereIsAnOrder, 'every request is confirmed': everyRequestIsConfirmed, ...promises },
    }))

  test('★ what is not there is not found', () =>
    check({
      system,
      documents,
      instances,
      async scenario({ browser }) {
        await browser.post('/carts/c9/submission')
        await browser.put('/carts/c9', { car: golf.car, price: golf.price })
      },
      atRest: { 'what is not there is not found': whatIsNotThereIsNotFound, 'no message is left over': noDeadLetters },
    }))

  test('★★ a process crashes at the wrong moment', () =>
    check({
      system,
      documents,
      instances,
      scenario: (scenario) => clickUntilConfirmed(scenario),
      faults: { crashes: 1 },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test('★★ Erika changes the car in one window while she clicks in another', () =>
    check({
      system,
      documents,
      instances,
      async scenario(scenario) {
        await Promise.all([clickUntilConfirmed(scenario), change(scenario)])
      },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test('★★ Erika gets an error, and takes another car', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickAndChange,
      faults: { ambiguousSends: 1 },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test.each<[string, Faults]>([
    ['broker', { ambiguousSends: 4 }],
    ['store', { ambiguousCommits: 4 }],
  ])('★★ Erika clicks once and never comes back, and the %s does not respond, time and again', (_name, faults) =>
    check({
      system,
      documents,
      instances,
      scenario: clickOnce,
      faults,
      broker: { maxDeliveries: 20 },
      // Who was not told that it is done has to come back; where she need not, that is better than what is asked for.
      atRest: {
        'no order that is not what the cart says': everyOrderIsWhatTheCartSays,
        'every customer who was told so gets a car': everyAnswerIsTrue,
        'no message is left over': noDeadLetters,
      },
    }),
  )

  test.each<[string, Faults]>([
    ['crash and copy', { crashes: 1, copies: 1 }],
    ['crash and ambiguous commit', { crashes: 1, ambiguousCommits: 1 }],
    ['copy and ambiguous commit', { copies: 1, ambiguousCommits: 1 }],
  ])('★★★ a click, through every %s', (_name, faults) =>
    check({
      system,
      documents,
      instances,
      scenario: clickPatiently,
      faults,
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }),
  )

  test('★★★ a click, through every crash and ambiguous send', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickPatiently,
      faults: { crashes: 1, ambiguousSends: 1 },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test('★★★ a change of mind, through every crash and ambiguous commit', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickAndChange,
      faults: { crashes: 1, ambiguousCommits: 1 },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test('★★★ any conversation, with several carts, late copies and all of these faults', () =>
    check({
      system,
      documents,
      instances,
      given: fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 6 }),
      scenario: converse,
      faults: { crashes: 1, copies: 1, lateCopies: 1, lostResponses: 1, ambiguousCommits: 2, ambiguousSends: 1 },
      broker: { lateness: eightDays, maxDeliveries: 12 },
      runs: 150,
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))
})

/** The customer clicks. If no response comes, her browser sends the click again at once; if she gets an error, she clicks again. */
async function clickUntilConfirmed({ browser }: Scenario, cartId = 'c1'): Promise<void> {
  for (let click = 1; click <= 6; click++) {
    const answer = await browser.post(`/carts/${cartId}/submission`)
    if (isGood(answer)) return
  }
}

/** The same, but she gives it a minute before she tries again. */
async function clickPatiently({ browser, wait }: Scenario): Promise<void> {
  for (let click = 1; click <= 3; click++) {
    const answer = await browser.post('/carts/c1/submission', undefined, { attempts: 1 })
    if (isGood(answer)) return
    await wait(60_000)
  }
}

async function clickOnce({ browser }: Scenario): Promise<void> {
  await browser.post('/carts/c1/submission', undefined, { attempts: 1 })
}

async function change({ browser }: Scenario, cartId = 'c1'): Promise<void> {
  await browser.put(`/carts/${cartId}`, { car: golf.car, price: golf.price })
}

/** Erika clicks. When that is not confirmed, she has time to think, takes a smaller car, and clicks again. */
async function clickAndChange(scenario: Scenario): Promise<void> {
  const answer = await scenario.browser.post('/carts/c1/submission', undefined, { attempts: 1 })
  if (isGood(answer)) return
  await change(scenario)
  await clickUntilConfirmed(scenario)
}

async function converse(scenario: Scenario, conversation: readonly string[]): Promise<void> {
  for (const event of conversation) {
    if (event === 'an hour passes') await scenario.wait(hour)
    else if (event === 'eight days pass') await scenario.wait(eightDays)
    else {
      const deeds = event.split(' and ').map((deed) => deed.split(' '))
      await Promise.all(deeds.map(([verb, cartId]) => (verb === 'click' ? clickUntilConfirmed(scenario, cartId) : change(scenario, cartId))))
    }
  }
}

type ShopCart = Cart & { readonly submitted?: boolean }

const cartOf = ({ path }: View['browser']['clicks'][number]): string => path.split('/')[2] ?? ''

function thereIsAnOrder({ stores, browser }: View<'orders'>): true | string {
  const ordered = stores.orders.ids('orders')
  const waiting = browser.clicks.find((click) => click.method === 'POST' && !ordered.includes(cartOf(click)))
  if (waiting === undefined) return true
  return `${carts[cartOf(waiting)]?.customer ?? 'somebody'} has clicked, and there is no order for cart ${cartOf(waiting)}`
}

/** No lost message. */
function everySubmittedCartHasAnOrder({ stores }: View<'web' | 'orders'>): true | string {
  for (const cartId of Object.keys(carts)) {
    const cart = stores.web.get<ShopCart>('carts', cartId)
    if (cart?.submitted !== true || stores.orders.get<Order>('orders', cartId) !== undefined) continue
    return `expected an order for cart ${cartId}, which is submitted, found none: ${cart.customer} waits for a ${cart.car} that nobody will bring`
  }
  return true
}

/** No ghost message: what was sent was also stored. */
function everyOrderIsWhatTheCartSays({ stores, browser }: View<'web' | 'orders'>): true | string {
  for (const cartId of stores.orders.ids('orders')) {
    const order = stores.orders.get<Order>('orders', cartId)
    const cart = stores.web.get<ShopCart>('carts', cartId)
    if (order === undefined) continue
    if (cart?.submitted !== true) return `the order for cart ${cartId} is a ${order.car}, and the cart is still open: nobody knows of that order`
    if (order.car !== cart.car || order.price !== cart.price) return `expected an order for the ${cart.car} in cart ${cartId}, found a ${order.car}: the wrong car is on its way`
    const customer = carts[cartId]?.customer
    if (order.customer !== customer) return `expected an order of ${customer ?? 'nobody'}'s for cart ${cartId}, found one of ${order.customer}: the car is on its way to somebody else`
    const changes = browser.clicks.filter((click) => click.method === 'PUT' && cartOf(click) === cartId)
    const told = changes.some(({ response }) => isGood(response))
    if (told && order.car !== golf.car) return `expected an order for the ${golf.car}, which ${customer} was told she had changed to, found a ${order.car}`
    const wanted = changes.length === 0 ? [porsche] : [porsche, golf]
    if (!wanted.some(({ car, price }) => car === order.car && price === order.price)) return `expected an order for ${wanted.map(({ car, price }) => `a ${car} at € ${price.toLocaleString('en')}`).join(' or ')}, found ${order.car} at € ${String(order.price)}`
  }
  return true
}

function everyAnswerIsTrue({ stores, browser }: View<'orders'>): true | string {
  const ordered = stores.orders.ids('orders')
  const told = browser.clicks.find((click) => click.method === 'POST' && isGood(click.response) && !ordered.includes(cartOf(click)))
  if (told === undefined) return true
  return `${carts[cartOf(told)]?.customer ?? 'somebody'}'s click got ${told.response?.status ?? 0}, and there is no order for cart ${cartOf(told)}`
}

/** While nothing fails, there is no reason for an error. */
function everyRequestIsConfirmed({ browser }: View): true | string {
  const other = browser.clicks.find(({ response }) => !isGood(response))
  return other === undefined || `expected a 2xx in response to ${other.method} ${other.path}, found ${other.response?.status ?? 'no response'}: nothing has failed`
}

function aSubmittedCartIsClosed({ browser }: View): true | string {
  const other = browser.clicks.find(({ method, response }) => method === 'PUT' && response?.status !== 409)
  return other === undefined || `expected 409 in response to ${other.method} ${other.path}, an hour after the click, found ${other.response?.status ?? 'no response'}: the car is on its way`
}

function whatIsNotThereIsNotFound({ stores, browser }: View<'web' | 'orders'>): true | string {
  const found = browser.clicks.find(({ response }) => response?.status !== 404)
  if (found !== undefined) return `expected 404 in response to ${found.method} ${found.path}, for there is no such cart, found ${found.response?.status ?? 'no response'}`
  return stores.orders.ids('orders').length === 0 || 'expected no order, found one for a cart that is not there'
}

function noDeadLetters({ queues }: View<'web' | 'orders'>): true | string {
  const [dead] = [...queues.web.deadLetters, ...queues.orders.deadLetters]
  return dead === undefined || `expected every message to be dealt with, found ${dead.type} in the dead-letter queue: ${dead.reason ?? ''}`
}

function isGood(response: { readonly status: number } | undefined): boolean {
  return response !== undefined && response.status >= 200 && response.status <= 299
}
