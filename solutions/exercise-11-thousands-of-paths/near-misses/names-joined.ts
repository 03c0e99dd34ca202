/**
 * Near miss: compares two names at once by joining them, with nothing between. "Fiat 1" for "0Bo" and "Fiat 10" for "Bo" then read the
 * same, and an answer seems to change that belongs to somebody else.
 *
 * Caught by: ★ no false alarm in any history in which all that was agreed is kept
 * Because: a false alarm: "an answer does not change"
 */
import fc from 'fast-check'
import type { BuyCar } from '#driveway'
import type { Promises, View } from '#lib/testing'

/** What customers ask for, in the order in which they ask. Every run gets a different history. */
export const requests: fc.Arbitrary<readonly BuyCar[]> = fc.array(
  fc.record({
    type: fc.constant('BuyCar'),
    car: fc.constantFrom('Porsche 911', 'Fiat 500'),
    customer: fc.constantFrom('Erika', 'Karl'),
  }),
  { minLength: 2, maxLength: 4 },
)

/** Judged after every step. */
export const always: Promises = {
  'a car is sold to one customer': (view) => {
    const sold = told(view, 'CarSold')
    for (const { car, customer } of sold) {
      const other = sold.find((each) => each.car === car && each.customer !== customer)
      if (other !== undefined) return `expected the ${car} to be sold to one customer, found ${customer} and ${other.customer}`
    }
    return true
  },

  'an answer does not change': (view) => {
    const gone = told(view, 'CarGone')
    for (const { car, customer } of told(view, 'CarSold')) {
      if (gone.some((each) => `${each.car}${each.customer}` === `${car}${customer}`)) return `expected one answer to ${customer} about the ${car}, found CarSold and CarGone`
    }
    return true
  },

  'the money is taken once': (view) => {
    const sold = told(view, 'CarSold')
    for (const { id, car, customer } of sold) {
      const other = sold.find((each) => each.car === car && each.customer === customer && each.id !== id)
      if (other !== undefined) return `expected ${customer} to pay once for the ${car}, found the ids ${id} and ${other.id}`
    }
    return true
  },
}

/** Judged when nothing is left to do. */
export const atRest: Promises = {
  'a car that is wanted is sold': (view) => {
    const sold = told(view, 'CarSold')
    const left = told(view, 'BuyCar').find(({ car }) => !sold.some((each) => each.car === car))
    return left === undefined || `expected the ${left.car} to be sold, because ${left.customer} wants it, found nobody who has it`
  },

  'everybody gets an answer': (view) => {
    const answers = [...told(view, 'CarSold'), ...told(view, 'CarGone')]
    const left = told(view, 'BuyCar').find(({ car, customer }) => !answers.some((each) => each.car === car && each.customer === customer))
    return left === undefined || `expected an answer to ${left.customer} about the ${left.car}, found none`
  },
}

/** All messages of a type that have been sent so far, in no particular order. */
function told(view: View, wanted: 'BuyCar' | 'CarSold' | 'CarGone'): { id: string; car: string; customer: string }[] {
  return view.sent.flatMap(({ id, message: { type, car, customer } }) =>
    type === wanted && typeof car === 'string' && typeof customer === 'string' ? [{ id, car, customer }] : [],
  )
}
