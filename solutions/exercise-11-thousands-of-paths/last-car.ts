import fc from 'fast-check'
import type { BuyCar } from '#driveway'
import type { Promises, View } from '#lib/testing'

/** Few cars and few customers, so that they meet. Two of each are enough for everything that can happen between two. */
export const requests: fc.Arbitrary<readonly BuyCar[]> = fc.array(
  fc.record({
    type: fc.constant('BuyCar'),
    car: fc.constantFrom('Porsche 911', 'Fiat 500'),
    customer: fc.constantFrom('Erika', 'Karl'),
  }),
  { minLength: 1, maxLength: 4 },
)

/** What must never happen, not even for a moment: somebody acts on every message that is out. */
export const always: Promises = {
  'no car is sold to two customers': (view) => {
    for (const [car, sales] of byCar(told(view, 'CarSold'))) {
      const owners = unique(sales.map(({ customer }) => customer))
      if (owners.length > 1) return `expected 1 owner of the ${car}, found ${owners.length}: ${owners.join(', ')}`
    }
    return true
  },
  'nobody hears both yes and no': (view) => {
    for (const { car, customer } of told(view, 'CarGone')) {
      if (has(told(view, 'CarSold'), car, customer)) return `${customer} was told that the ${car} is sold to ${customer}, and that it is gone`
    }
    return true
  },
  'one sale has one message id': (view) => {
    for (const [car, sales] of byCar(told(view, 'CarSold'))) {
      const ids = unique(sales.map(({ id }) => id))
      if (ids.length > 1) return `expected 1 message id for the sale of the ${car}, found ${ids.length}: billing takes the money ${ids.length} times`
    }
    return true
  },
}

/** What must have happened in the end. */
export const atRest: Promises = {
  'whoever asks for a car gets an answer': (view) => {
    for (const { car, customer } of told(view, 'BuyCar')) {
      if (!has(told(view, 'CarSold'), car, customer) && !has(told(view, 'CarGone'), car, customer)) return `${customer} has asked for the ${car}, and was told nothing`
    }
    return true
  },
  'a car that is wanted is sold': (view) => {
    for (const [car] of byCar(told(view, 'BuyCar'))) {
      if (!told(view, 'CarSold').some((sale) => sale.car === car)) return `somebody wanted the ${car}, and nobody got it`
    }
    return true
  },
}

interface Told {
  readonly id: string
  readonly car: string
  readonly customer: string
}

/** All messages of a type that have been sent so far, in no particular order. */
function told(view: View, wanted: 'BuyCar' | 'CarSold' | 'CarGone'): Told[] {
  return view.sent.flatMap(({ id, message: { type, car, customer } }) =>
    type === wanted && typeof car === 'string' && typeof customer === 'string' ? [{ id, car, customer }] : [],
  )
}

function byCar(messages: readonly Told[]): [car: string, about: Told[]][] {
  return unique(messages.map(({ car }) => car)).map((car) => [car, messages.filter((message) => message.car === car)])
}

function has(messages: readonly Told[], car: string, customer: string): boolean {
  return messages.some((message) => message.car === car && message.customer === customer)
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
