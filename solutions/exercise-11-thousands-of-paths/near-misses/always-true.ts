/**
 * Near miss: promises with good names that never look. Whatever happens, they are kept.
 *
 * Caught by: ★ two of seven
 * Because: 0 of 7 broken implementations caught
 */
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
  'no car is sold to two customers': () => true,
  'one sale has one message id': () => true,
}

/** What must have happened in the end. */
export const atRest: Promises = {
  'whoever asks for a car gets an answer': (view) => told(view, 'BuyCar').length >= told(view, 'BuyCar').length || 'somebody was told nothing',
}

interface Told {
  readonly id: string
  readonly car: string
  readonly customer: string
}

/** All messages of a type that have been sent so far. */
function told(view: View, wanted: 'BuyCar' | 'CarSold' | 'CarGone'): Told[] {
  return view.sent.flatMap(({ id, message: { type, car, customer } }) =>
    type === wanted && typeof car === 'string' && typeof customer === 'string' ? [{ id, car, customer }] : [],
  )
}
