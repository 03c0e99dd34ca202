import { describe, test } from 'vitest'
import { check, type Scenario, type View } from '#lib/testing'
import type { Cart, Order } from '#driveway'
import { orders } from './given.js'
import { web, worker } from './submit-cart.js'

const porsche: Cart = { customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const golf: Cart = { customer: 'Erika', car: 'VW Golf', price: 9_000 }

const system = () => [web, worker, orders]
const documents = { web: { carts: { c1: porsche } } }
const instances = { orders: 1 }

const promises = {
  'no submitted cart without its order': everySubmittedCartHasAnOrder,
  'no order that is not what the cart says': everyOrderIsWhatTheCartSays,
  'every customer who was told so gets a car': everyAnswerIsTrue,
}

describe('exercise 03 · lost-or-ghost', () => {
  test('★ a click closes the cart and leads to an order', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickUntilConfirmed,
      atRest: { 'there is an order': thereIsAnOrder, ...promises },
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
      atRest: { 'there is an order': thereIsAnOrder, ...promises },
    }))

  test('★★ a process crashes at the wrong moment', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickUntilConfirmed,
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

  test('★★★ a click, through every crash, copy and ambiguous commit', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickPatiently,
      faults: { crashes: 1, copies: 1, ambiguousCommits: 1 },
      atRest: { ...promises, 'there is an order': thereIsAnOrder },
    }))

  test('★★★ a click, through every crash and ambiguous send', () =>
    check({
      system,
      documents,
      instances,
      scenario: clickUntilConfirmed,
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
})

/** Erika clicks. If no response comes, her browser sends the click again at once; if she gets an error, she clicks again. */
async function clickUntilConfirmed({ browser }: Scenario): Promise<void> {
  for (let click = 1; click <= 3; click++) {
    const answer = await browser.post('/carts/c1/submission')
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

async function change({ browser }: Scenario): Promise<void> {
  await browser.put('/carts/c1', { car: golf.car, price: golf.price })
}

/** Erika clicks. When that is not confirmed, she has time to think, takes a smaller car, and clicks again. */
async function clickAndChange(scenario: Scenario): Promise<void> {
  const answer = await scenario.browser.post('/carts/c1/submission', undefined, { attempts: 1 })
  if (isGood(answer)) return
  await change(scenario)
  await clickUntilConfirmed(scenario)
}

type ShopCart = Cart & { readonly submitted?: boolean }

function thereIsAnOrder({ stores }: View<'orders'>): true | string {
  return stores.orders.ids('orders').includes('c1') || 'Erika has clicked, and there is no order for cart c1'
}

/** No lost message. */
function everySubmittedCartHasAnOrder({ stores }: View<'web' | 'orders'>): true | string {
  const cart = stores.web.get<ShopCart>('carts', 'c1')
  if (cart?.submitted !== true || stores.orders.get<Order>('orders', 'c1') !== undefined) return true
  return `expected an order for cart c1, which is submitted, found none: Erika waits for a ${cart.car} that nobody will bring`
}

/** No ghost message: what was sent was also stored. */
function everyOrderIsWhatTheCartSays({ stores, browser }: View<'web' | 'orders'>): true | string {
  const order = stores.orders.get<Order>('orders', 'c1')
  const cart = stores.web.get<ShopCart>('carts', 'c1')
  if (order === undefined) return true
  if (cart?.submitted !== true) return `the order for cart c1 is a ${order.car}, and the cart is still open: nobody knows of that order`
  if (order.car !== cart.car || order.price !== cart.price) return `expected an order for the ${cart.car} in cart c1, found a ${order.car}: the wrong car is on its way`
  const changed = browser.clicks.some(({ method, response }) => method === 'PUT' && isGood(response))
  return !changed || order.car === golf.car || `expected an order for the ${golf.car}, which Erika was told she had changed to, found a ${order.car}`
}

function everyAnswerIsTrue({ stores, browser }: View<'orders'>): true | string {
  const told = browser.clicks.find(({ method, response }) => method === 'POST' && isGood(response))
  if (told === undefined || stores.orders.ids('orders').includes('c1')) return true
  return `Erika's click got ${told.response?.status ?? 0}, and there is no order for cart c1`
}

function isGood(response: { readonly status: number } | undefined): boolean {
  return response !== undefined && response.status >= 200 && response.status <= 299
}
