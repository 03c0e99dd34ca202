import { describe, test } from 'vitest'
import { check, goodCard, logisticsProvider, logisticsRecords, paymentProvider, paymentRecords, type Scenario, type View } from '#lib/testing'
import type { ReconcileShipment, ShipCar, Shipment } from '#driveway'
import { shipping } from './ship-car.js'

/** Two cars that are paid for. No truck goes to Helgoland. */
const toCologne: ShipCar = { type: 'ShipCar', orderId: 'o1', car: 'Porsche 911', to: 'Köln', charge: 'ch_1' }
const toHelgoland: ShipCar = { type: 'ShipCar', orderId: 'o2', car: 'Fiat Panda', to: 'Helgoland', charge: 'ch_2' }

const charges = [
  { id: 'ch_1', reference: 'o1', amount: 89_000, card: goodCard, status: 'succeeded' },
  { id: 'ch_2', reference: 'o2', amount: 4_000, card: goodCard, status: 'succeeded' },
] as const

const system = () => [shipping, logisticsProvider(), paymentProvider({ charges })]
const instances = { shipping: 1 }
/** However often a call fails within the bounds, the message is not given up. */
const broker = { maxDeliveries: 10 }

describe('exercise 14 · no-key-api', () => {
  test('★ a car is shipped', () =>
    check({
      system,
      instances,
      scenario: ship(toCologne),
      always: always(toCologne),
      atRest: { ...atRest(toCologne), 'the car is shipped': endsAs('shipped', toCologne) },
    }))

  test('★ a car that the provider refuses is refunded', () =>
    check({
      system,
      instances,
      scenario: ship(toHelgoland),
      always: always(toHelgoland),
      atRest: { ...atRest(toHelgoland), 'the money goes back': endsAs('refunded', toHelgoland) },
    }))

  test('★★ the car is shipped, and the response is lost: the next morning, the query shows it', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { lostResponses: 1 },
      always: always(toCologne),
      atRest: { ...atRest(toCologne), 'the car is shipped': endsAs('shipped', toCologne) },
    }))

  test('★★ the provider responds with 5xx, whether or not it shipped the car', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { serverErrors: 1 },
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))

  test('★★ shipping crashes before it has recorded the response', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { crashes: 1 },
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))

  test('★★ the request lies in a backlog for two days', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { slowResponses: 1 },
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))

  test('★★ the provider refuses, and the response to the refund is lost', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toHelgoland),
      faults: { lostResponses: 1 },
      always: always(toHelgoland),
      atRest: atRest(toHelgoland),
    }))

  test('★★★ one car, through every crash, copy, lost response and ambiguous commit', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { crashes: 1, copies: 1, lostResponses: 1, ambiguousCommits: 1 },
      broker,
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))

  test('★★★ one car, and a provider on its worst day', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toCologne),
      faults: { crashes: 1, lostRequests: 1, serverErrors: 1, slowResponses: 1, ambiguousCommits: 1 },
      broker,
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))

  test('★★★ one refusal, through every crash and every response that says nothing', () =>
    check({
      system,
      instances,
      scenario: shipAndReconcile(toHelgoland),
      faults: { crashes: 1, lostResponses: 1, serverErrors: 1, ambiguousCommits: 1 },
      broker,
      always: always(toHelgoland),
      atRest: atRest(toHelgoland),
    }))

  test('★★★ two instances of shipping and a copy of the command', () =>
    check({
      system,
      scenario: shipAndReconcile(toCologne),
      faults: { copies: 1, crashes: 1 },
      always: always(toCologne),
      atRest: atRest(toCologne),
    }))
})

function ship(order: ShipCar) {
  return ({ from }: Scenario): Promise<void> => from('billing').send('shipping', order)
}

function shipAndReconcile(order: ShipCar) {
  return async ({ from, wait }: Scenario): Promise<void> => {
    await from('billing').send('shipping', order)
    await wait(20 * 60 * 60 * 1000)
    const nextMorning: ReconcileShipment = { type: 'ReconcileShipment', orderId: order.orderId, charge: order.charge }
    await from('billing').send('shipping', nextMorning)
  }
}

type Look = View<'shipping'>

function always(order: ShipCar) {
  return {
    'never two cars': (view: Look): true | string => {
      const { cars } = ledger(order, view)
      if (cars.length < 2) return true
      return `expected 1 car for order ${order.orderId}, found ${cars.length}: ${cars.map(({ id, car, to }) => `${id}, ${car} to ${to}`).join('; ')}`
    },
    'never a car and the money back': (view: Look): true | string => {
      const { cars, refunded } = ledger(order, view)
      if (cars.length === 0 || refunded === 0) return true
      return `expected the car or the money for order ${order.orderId}, found both: the ${order.car} was shipped, and ${euros(refunded)} were refunded`
    },
  }
}

function atRest(order: ShipCar) {
  const { orderId } = order
  return {
    'nothing is dropped in silence': (view: Look): true | string => {
      const { status, refunded, facts } = ledger(order, view)
      if (['shipped', 'refunded', 'needs-investigation'].includes(status)) return true
      if (status === 'refused' && refunded === 0) return `expected the refused order ${orderId} to be refunded, found ${facts}`
      return `expected order ${orderId} to end as shipped, refunded or needs-investigation, found "${status}": ${facts}, and nobody will ever look at it`
    },
    'an order says what really happened': (view: Look): true | string => {
      const { status, cars, refunded, facts } = ledger(order, view)
      if (status === 'shipped' && cars.length === 0) return `expected a car for order ${orderId}, which says "shipped", found ${facts}`
      if (status === 'refunded' && refunded === 0) return `expected the money of order ${orderId} to have been refunded, as its status says, found ${facts}`
      if (status !== 'refunded' && refunded > 0) return `expected order ${orderId} to say "refunded", found "${status}": ${facts}, and somebody may do it again by hand`
      return true
    },
  }
}

/** For scenarios that leave nothing in doubt. */
function endsAs(expected: Shipment['status'], order: ShipCar) {
  return (view: Look): true | string => {
    const { status, facts } = ledger(order, view)
    return status === expected ? true : `expected order ${order.orderId} to end as "${expected}", found "${status}": ${facts}`
  }
}

/** What the order says, and what the providers' own books say: the cars that left, and the euros that went back. */
function ledger({ orderId, car, charge }: ShipCar, { stores, ledgers }: Look) {
  const cars = logisticsRecords(ledgers).shipments.filter(({ reference }) => reference === orderId)
  const refunded = paymentRecords(ledgers).refunds.filter((refund) => refund.charge === charge).reduce((sum, { amount }) => sum + amount, 0)
  const status = stores.shipping.get<Shipment>('shipments', orderId)?.status ?? 'no record'
  return { cars, refunded, status, facts: `${cars.length} × ${car} shipped, ${euros(refunded)} refunded` }
}

function euros(amount: number): string {
  return `€ ${amount.toLocaleString('en')}`
}
