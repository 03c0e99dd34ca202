/**
 * Near miss: takes whatever is sent for an answer to somebody. What `sales` sends to itself names no customer, and so nobody seems to
 * hear two answers. It is right about Ines, who sends only one type of message to herself.
 *
 * Caught by: ★ no false alarm in any history in which all that was agreed is kept
 * Because: undefined has heard 2 different answers about the
 */
import fc from 'fast-check'
import type { BuyCar } from '#driveway'
import type { Promises, View } from '#lib/testing'

const pairs = ['Porsche 911', 'Fiat 500'].flatMap((car) => ['Erika', 'Karl'].map((customer): BuyCar => ({ type: 'BuyCar', car, customer })))

export const requests: fc.Arbitrary<readonly BuyCar[]> = fc
  .tuple(fc.shuffledSubarray(pairs, { minLength: 1 }), fc.subarray(pairs, { maxLength: 1 }))
  .map(([first, again]) => [...first, ...again.filter((pair) => first.includes(pair))])

export const always: Promises = {}

export const atRest: Promises = {
  'the world agrees on every car': (view) => {
    for (const [car, beliefs] of believed(view)) {
      const owners = [...beliefs].filter(([, heard]) => heard.has('CarSold'))
      const undecided = [...beliefs].find(([, heard]) => heard.size !== 1)
      if (owners.length !== 1) return `expected that 1 customer drives away in the ${car}, found ${owners.length}`
      if (undecided !== undefined) return `${String(undecided[0])} has heard ${undecided[1].size} different answers about the ${car}`
      const charges = new Set(view.sent.filter(({ message }) => message.type === 'CarSold' && message['car'] === car).map(({ id }) => id)).size
      if (charges !== 1) return `expected 1 charge for the ${car}, found ${charges}`
    }
    return true
  },
}

/** For each car, what each customer who asked has heard. */
function believed(view: View): ReadonlyMap<string, ReadonlyMap<unknown, ReadonlySet<string>>> {
  const cars = new Map<string, Map<unknown, Set<string>>>()
  for (const { message: { type, car, customer } } of view.sent) {
    if (typeof car !== 'string') continue
    const customers = cars.get(car) ?? new Map<unknown, Set<string>>()
    const heard = customers.get(customer) ?? new Set()
    if (type !== 'BuyCar') heard.add(type)
    cars.set(car, customers.set(customer, heard))
  }
  return cars
}
