import { describe, test } from 'vitest'
import { check, type View } from '#lib/testing'
import type { Cart, Order } from '#driveway'
import { web } from './submit-cart.js'

const porsche: Cart = { customer: 'Erika', car: 'Porsche 911', price: 89_000 }
const carts = { c1: porsche }

describe('exercise 01 · double-click', () => {
  test('★ one click makes one order, and leads to it', () =>
    check({
      system: () => [web],
      documents: { web: { carts } },
      async scenario({ browser }) {
        const response = await browser.post('/carts/c1/submission')
        const location = response?.headers['location']
        if (location !== undefined) await browser.get(location)
      },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder, 'the location shows the order': theLocationShowsTheOrder },
    }))

  test('★ a customer may buy two of the same car', () =>
    check({
      system: () => [web],
      documents: { web: { carts: { c1: porsche, c2: porsche } } },
      async scenario({ browser }) {
        await browser.post('/carts/c1/submission')
        await browser.post('/carts/c2/submission')
      },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder },
    }))

  test('★★ the response is lost, and the browser sends the click again', () =>
    check({
      system: () => [web],
      documents: { web: { carts } },
      async scenario({ browser }) {
        await browser.post('/carts/c1/submission')
      },
      faults: { lostResponses: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder },
    }))

  test('★★ two clicks at the same time', () =>
    check({
      system: () => [web],
      documents: { web: { carts } },
      async scenario({ browser }) {
        await Promise.all([browser.post('/carts/c1/submission'), browser.post('/carts/c1/submission')])
      },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder },
    }))

  test('★★★ two clicks, through every crash, lost response and ambiguous commit', () =>
    check({
      system: () => [web],
      documents: { web: { carts } },
      async scenario({ browser }) {
        await Promise.all([browser.post('/carts/c1/submission'), browser.post('/carts/c1/submission')])
      },
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder },
    }))

  test('★★★ one click, through every crash, lost response and ambiguous commit', () =>
    check({
      system: () => [web],
      documents: { web: { carts } },
      async scenario({ browser }) {
        await browser.post('/carts/c1/submission')
      },
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      always: { 'one order per cart': oneOrderPerCart },
      atRest: { 'every click leads to its order': everyClickLeadsToItsOrder },
    }))
})

function oneOrderPerCart({ stores }: View<'web'>): true | string {
  const orders = stores.web.list<Order>('orders')
  for (const cartId of new Set(orders.map((order) => order.cartId))) {
    const count = orders.filter((order) => order.cartId === cartId).length
    if (count > 1) return `expected 1 order for cart ${cartId}, found ${count}: there are ${count} × ${porsche.car} on their way to ${porsche.customer}`
  }
  return true
}

function everyClickLeadsToItsOrder({ stores, browser }: View<'web'>): true | string {
  for (const { method, path, response, gaveUp } of browser.clicks) {
    const cartId = path.split('/')[2] ?? ''
    if (method !== 'POST' || gaveUp) continue
    if (response === undefined) return `the click on ${path} got no response`
    if (response.status < 200 || response.status > 299) return `expected a response that leads to the order of cart ${cartId}, found status ${response.status}`
    const location = response.headers['location'] ?? ''
    const order = stores.web.get<Order>('orders', location.replace('/orders/', ''))
    if (order?.cartId !== cartId) return `expected a location that leads to the order of cart ${cartId}, found ${location === '' ? 'no location' : location}`
  }
  return true
}

function theLocationShowsTheOrder({ browser }: View<'web'>): true | string {
  const look = browser.clicks.find(({ method }) => method === 'GET')
  if (look === undefined || look.response?.status === 200) return true
  return `expected ${look.path}, which the customer was given, to show the order, found ${look.response === undefined ? 'no response' : `status ${look.response.status}`}`
}
