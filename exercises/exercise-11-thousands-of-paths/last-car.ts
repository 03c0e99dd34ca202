import fc from 'fast-check'
import type { BuyCar } from '#driveway'
import type { Promises, View } from '#lib/testing'

/** What customers ask for, in the order in which they ask. Every run gets a different history. */
export const requests: fc.Arbitrary<readonly BuyCar[]> = fc.array(
  fc.record({
    type: fc.constant('BuyCar'),
    car: fc.constantFrom('Porsche 911'),
    customer: fc.constantFrom('Erika'),
  }),
  { minLength: 1, maxLength: 4 },
)

// TODO: so far, seven of nine colleagues get away with it. What does Driveway owe its customers, and who would notice if it did not?

/** Judged after every step. */
export const always: Promises = {}

/** Judged when nothing is left to do. */
export const atRest: Promises = {
  'somebody gets a car': (view) => told(view, 'CarSold').length > 0 || 'nobody was told that a car is sold',
}

/** All messages of a type that have been sent so far, in no particular order. */
function told(view: View, wanted: 'BuyCar' | 'CarSold' | 'CarGone'): { id: string; car: string; customer: string }[] {
  return view.sent.flatMap(({ id, message: { type, car, customer } }) =>
    type === wanted && typeof car === 'string' && typeof customer === 'string' ? [{ id, car, customer }] : [],
  )
}
