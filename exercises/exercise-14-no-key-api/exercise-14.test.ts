import fc from 'fast-check'
import { describe, test } from 'vitest'
import { check, goodCard, logisticsProvider, logisticsRecords, paymentProvider, paymentRecords, type Scenario, type View } from '#lib/testing'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'
import { shipping } from './ship-car.js'

/** Cars that are paid for, the first two by the same customer. No truck goes to Helgoland, the ferry to Juist is full, and Baltrum takes one car a day. */
const cars = {
  o1: { car: 'Porsche 911', to: 'Köln', charge: 'ch_1', amount: 89_000 },
  o11: { car: 'Porsche 911', to: 'Köln', charge: 'ch_11', amount: 89_000 },
  o2: { car: 'Fiat Panda', to: 'Helgoland', charge: 'ch_2', amount: 4_000 },
  o22: { car: 'Fiat Panda', to: 'Juist', charge: 'ch_22', amount: 4_000 },
  o222: { car: 'Fiat Panda', to: 'Baltrum', charge: 'ch_222', amount: 4_000 },
} as const

type OrderId = keyof typeof cars
const orderIds = Object.keys(cars) as OrderId[]
const fourOrders = ['o1', 'o11', 'o2', 'o22'] as const

const charges = orderIds.map((orderId) => ({ id: cars[orderId].charge, reference: orderId, amount: cars[orderId].amount, card: goodCard, status: 'succeeded' }) as const)

const hour = 60 * 60 * 1000
const eightDays = 8 * 24 * hour

const system = () => [shipping, logisticsProvider(), paymentProvider({ charges })]
const instances = { shipping: 1 }
/** However often a call fails within the bounds, the message is not given up. */
const broker = { maxDeliveries: 10 }
const always = {
  'never two cars': neverTwoCars,
  'never a car and the money back': neverBoth,
  'at most one call for an order': atMostOneCall,
  'every car goes where it was bought for': everyCarIsBoughtFor,
}
const atRest = {
  'nothing is dropped in silence': nothingIsDropped,
  'an order says what really happened': saysWhatHappened,
  'no command is given up': noCommandIsGivenUp,
}

describe('exercise 14 · no-key-api', () => {
  test('★ a car is shipped', () =>
    check({
      system,
      instances,
      scenario: (tools) => ship(tools, 'o1'),
      always,
      atRest: { ...atRest, 'the car is shipped': endsAs('shipped', 'o1') },
    }))

  test('★ a car that the provider refuses is refunded', () =>
    check({
      system,
      instances,
      scenario: (tools) => ship(tools, 'o2'),
      always,
      atRest: { ...atRest, 'the money goes back': endsAs('refunded', 'o2') },
    }))

  test('★ four orders, two of them alike, and two that are refused, each in its own way', () =>
    check({
      system,
      instances,
      async scenario(tools) {
        for (const orderId of fourOrders) await ship(tools, orderId)
      },
      always,
      atRest: { ...atRest, 'the cars are shipped': endsAs('shipped', 'o1', 'o11'), 'the money goes back': endsAs('refunded', 'o2', 'o22') },
    }))

  test('★ a car that is refused for today, with a 429, is refused', () =>
    check({
      system,
      instances,
      scenario: (tools) => ship(tools, 'o222'),
      always,
      atRest: { ...atRest, 'the money goes back': endsAs('refunded', 'o222') },
    }))

  test('★★ the car is shipped, and the response is lost: the next morning, the query shows it', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { lostResponses: 1 },
      always,
      atRest: { ...atRest, 'the car is shipped': endsAs('shipped', 'o1') },
    }))

  test('★★ the provider responds with 5xx, whether or not it shipped the car', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { serverErrors: 1 },
      always,
      atRest,
    }))

  test('★★ shipping crashes before it has recorded the response', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { crashes: 1 },
      always,
      atRest,
    }))

  test('★★ the request lies in a backlog for two days', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { slowResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the command is given again under another message id, and a response is lost', () =>
    check({
      system,
      instances,
      async scenario(tools) {
        await ship(tools, 'o1')
        await ship(tools, 'o1')
      },
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the provider refuses, and the response to the refund is lost', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o2'),
      faults: { lostResponses: 1 },
      always,
      atRest,
    }))

  test('★★ the provider refuses, and whether the refund was made is uncertain', () =>
    check({
      system,
      instances,
      scenario: (tools) => ship(tools, 'o2'),
      faults: { lostRequests: 1, serverErrors: 1, slowResponses: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★ eight days later everything comes again, as copies and under other message ids', () =>
    check({
      system,
      instances,
      async scenario(tools) {
        for (const orderId of ['o1', 'o2'] as const) await ship(tools, orderId, `ship-${orderId}`)
        await tools.wait(eightDays)
        for (const orderId of ['o1', 'o2'] as const) await ship(tools, orderId, `ship-${orderId}`)
        for (const orderId of ['o1', 'o2'] as const) await ship(tools, orderId)
      },
      always,
      atRest: { ...atRest, 'the car is shipped': endsAs('shipped', 'o1'), 'the money goes back': endsAs('refunded', 'o2') },
    }))

  test('★★★ one car, through every crash, lost response and ambiguous commit', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { crashes: 1, lostResponses: 1, ambiguousCommits: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ one car, and a provider on its worst day', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile('o1'),
      faults: { crashes: 1, serverErrors: 1, slowResponses: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ one refusal, through every crash and every response that says nothing', () =>
    check({
      system,
      instances,
      scenario: (tools) => ship(tools, 'o2'),
      faults: { crashes: 1, lostResponses: 1, serverErrors: 1, ambiguousCommits: 1 },
      broker,
      always,
      atRest,
    }))

  test('★★★ two instances of shipping and a copy of the command, through every ambiguous commit', () =>
    check({
      system,
      scenario: shipAndReconcile('o1'),
      faults: { copies: 1, ambiguousCommits: 1 },
      always,
      atRest,
    }))

  test('★★★ two instances of shipping, a copy of the command, and a refusal', () =>
    check({
      system,
      scenario: (tools) => ship(tools, 'o2'),
      faults: { copies: 1 },
      always,
      atRest,
    }))

  test('★★★ any conversation about four orders, with everything that can happen', () =>
    check({
      system,
      given: fc.array(fc.constantFrom<Entry>(...fourOrders.flatMap((orderId): Entry[] => [`ship ${orderId}`, `ship ${orderId} again`, `ship ${orderId} anew`]), 'an hour', 'a night', 'eight days'), { minLength: 1, maxLength: 8 }),
      scenario: haveConversation,
      faults: { crashes: 1, copies: 1, lostRequests: 1, lostResponses: 1, serverErrors: 1, slowResponses: 1, ambiguousCommits: 1, lostAcks: 1 },
      broker,
      runs: 100,
      always,
      atRest,
    }))
})

/** What may happen in a conversation: `again` is the same message once more, `anew` is another message that says the same. */
type Entry = `ship ${OrderId}` | `ship ${OrderId} again` | `ship ${OrderId} anew` | 'an hour' | 'a night' | 'eight days'

async function haveConversation(tools: Scenario, entries: readonly Entry[]): Promise<void> {
  const asked = new Set<OrderId>()
  for (const entry of entries) {
    const [, orderId, how] = entry.split(' ') as [string, OrderId, string?]
    if (entry === 'an hour') await tools.wait(hour)
    else if (entry === 'eight days') await tools.wait(eightDays)
    else if (entry === 'a night') {
      await tools.wait(20 * hour)
      for (const each of asked) await reconcile(tools, each)
    } else {
      asked.add(orderId)
      await ship(tools, orderId, how === 'anew' ? undefined : `ship-${orderId}`)
    }
  }
}

function shipAndReconcile(orderId: OrderId) {
  return async (tools: Scenario): Promise<void> => {
    await ship(tools, orderId)
    await tools.wait(20 * hour)
    await reconcile(tools, orderId)
  }
}

function ship(tools: Scenario, orderId: OrderId, id?: string): Promise<void> {
  const { car, to, charge } = cars[orderId]
  const message: ShipCar = { type: 'ShipCar', orderId, car, to, charge }
  return tools.from('billing').send('shipping', message, id === undefined ? {} : { id })
}

function reconcile(tools: Scenario, orderId: OrderId): Promise<void> {
  const nextMorning: ReconcileShipment = { type: 'ReconcileShipment', orderId, charge: cars[orderId].charge }
  return tools.from('billing').send('shipping', nextMorning)
}

type Look = View<'shipping'>

function neverTwoCars(view: Look): true | string {
  return eachOrder(view, ({ orderId, shipped }) => {
    if (shipped.length < 2) return true
    return `expected 1 car for order ${orderId}, found ${shipped.length}: ${shipped.map(({ id, car, to }) => `${id}, ${car} to ${to}`).join('; ')}`
  })
}

function neverBoth(view: Look): true | string {
  return eachOrder(view, ({ orderId, shipped, refunded }) => {
    if (shipped.length === 0 || refunded === 0) return true
    return `expected the car or the money for order ${orderId}, found both: the ${cars[orderId].car} was shipped, and ${euros(refunded)} were refunded`
  })
}

function atMostOneCall(view: Look): true | string {
  return eachOrder(view, ({ orderId, shipped, refused }) => {
    if (shipped.length + refused.length < 2) return true
    return `expected at most 1 call for order ${orderId}, found ${shipped.length + refused.length}: ${refused.map(({ status }) => `${status} refused`).join(', ')}, and the next one might ship a car`
  })
}

function everyCarIsBoughtFor({ ledgers }: Look): true | string {
  const { shipments, refusals } = logisticsRecords(ledgers)
  for (const { reference } of [...shipments, ...refusals]) {
    if (!isOrder(reference)) return `expected every call to be for an order, found one with the reference "${reference}"`
  }
  for (const { id, reference, car, to } of shipments) {
    const bought = cars[reference as OrderId]
    if (car !== bought.car || to !== bought.to) return `expected the car of order ${reference} to be ${bought.car} to ${bought.to}, found ${id}, ${car} to ${to}`
  }
  return true
}

function nothingIsDropped(view: Look): true | string {
  return eachOrder(view, ({ orderId, status, refunded, facts }) => {
    if (['shipped', 'refunded', 'needs-investigation'].includes(status)) return true
    if (status === 'refused' && refunded === 0) return `expected the refused order ${orderId} to be refunded, found ${facts}`
    return `expected order ${orderId} to end as shipped, refunded or needs-investigation, found "${status}": ${facts}, and nobody will ever look at it`
  })
}

function saysWhatHappened(view: Look): true | string {
  return eachOrder(view, ({ orderId, status, shipped, refunded, facts }) => {
    if (status === 'shipped' && shipped.length === 0) return `expected a car for order ${orderId}, which says "shipped", found ${facts}`
    if (status === 'refunded' && refunded < cars[orderId].amount) return `expected the money of order ${orderId} to have been refunded, as its status says, found ${facts} of ${euros(cars[orderId].amount)}`
    if (status !== 'refunded' && refunded > 0) return `expected order ${orderId} to say "refunded", found "${status}": ${facts}, and somebody may do it again by hand`
    return true
  })
}

function noCommandIsGivenUp({ queues }: Look): true | string {
  const [dead] = queues.shipping.deadLetters
  return dead === undefined || `expected every command to be handled in the end, found ${dead.type} ${dead.id} in the dead-letter queue: ${dead.reason ?? ''}`
}

/** For scenarios that leave nothing in doubt. */
function endsAs(expected: Shipment['status'], ...those: readonly OrderId[]) {
  return (view: Look): true | string =>
    eachOrder(view, ({ orderId, status, facts }) => {
      if (!those.includes(orderId) || status === expected) return true
      return `expected order ${orderId} to end as "${expected}", found "${status}": ${facts}`
    })
}

interface Facts {
  readonly orderId: OrderId
  /** What the order says. */
  readonly status: string
  /** What the providers' own books say: the cars that left, the calls that were refused, and the euros that went back. */
  readonly shipped: readonly { readonly id: string; readonly car: string; readonly to: string }[]
  readonly refused: readonly { readonly status: number }[]
  readonly refunded: number
  /** The same in words. */
  readonly facts: string
}

/** Asks about each order that was to be shipped. */
function eachOrder({ stores, ledgers, sent }: Look, ask: (facts: Facts) => true | string): true | string {
  const { shipments, refusals } = logisticsRecords(ledgers)
  const { refunds } = paymentRecords(ledgers)
  for (const orderId of orderIds) {
    if (!sent.some(({ message }) => message.type === 'ShipCar' && message['orderId'] === orderId)) continue
    const { car, charge } = cars[orderId]
    const shipped = shipments.filter(({ reference }) => reference === orderId)
    const refused = refusals.filter(({ reference }) => reference === orderId)
    const refunded = refunds.filter((refund) => refund.charge === charge).reduce((sum, { amount }) => sum + amount, 0)
    const status = stores.shipping.get<Shipment>('shipments', orderId)?.status ?? 'no record'
    const answer = ask({ orderId, status, shipped, refused, refunded, facts: `${shipped.length} × ${car} shipped, ${euros(refunded)} refunded` })
    if (answer !== true) return answer
  }
  return true
}

function isOrder(reference: string): reference is OrderId {
  return reference in cars
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
