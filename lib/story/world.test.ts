import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { world } from './fixtures/world.js'
import { displayWidth } from './width.js'
import { renderWorld } from './world.js'

test('stores, queues and ledgers at 80 columns', () => expect(`\n${renderWorld(world, { width: 80, colour: false })}`).toMatchInlineSnapshot(`
  "
  web store · carts
    c1  version 4  { car: 'mini', addresses: [], note: 'it\\'s' }
  web store · outgoing  empty
  orders store · orders
    7d3f0a51  version 1   { cartId: 'c1', car: 'mini', price: 300, customer: { na…
    o-2       version 12  3
  queue orders
    m1  SubmitOrder  locked   2nd delivery            { cartId: 'c1' }
    m1  SubmitOrder  visible  a copy, not delivered   { cartId: 'c1' }
    m3  SubmitOrder  visible  redriven, 1st delivery  { cartId: 'c3' }
    m2  CancelOrder  delayed  not delivered           { orderId: '7d3f0a51' }
  dead letters of orders
    m0  SubmitOrder  dead  5th delivery  ✗ ConcurrencyError: orders c1 is at vers…
  queue web  empty
  ledger payments
    { id: 'p-1', amount: 300 }
    { id: 'p-2', amount: 300 }
  ledger browser
    answers  2"
`))

test('no line is too long, and colour changes no character', () => {
  for (let width = 40; width <= 200; width++) {
    const plain = renderWorld(world, { width, colour: false })
    for (const line of plain.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(stripVTControlCharacters(renderWorld(world, { width, colour: true }))).toBe(plain)
  }
})

test('a long value has as many lines as it needs, when it is asked for', () => {
  const whole = renderWorld(world, { width: 60, colour: false, whole: true })
  expect(whole).not.toContain('…')
  for (const line of whole.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(60)
})

test('an empty world says so', () => {
  expect(renderWorld({ stores: {}, queues: [], ledgers: {} }, { colour: false })).toBe('no stores, no queues, no ledgers')
})
