import type { PaymentBooked } from '../../driveway.js'
import { RandomStream } from '../../simulation/index.js'

/** A payment, as it goes into the queue of `marketing`. */
export interface Payment {
  /** The message's id. */
  readonly id: string
  readonly event: PaymentBooked
}

/**
 * Payments of many customers, two of each: one of € 60,000 and one of € 70,000, so that either earns the voucher, and a total says which of them are in
 * it, and how often. The two of a customer are near each other in the queue, in either order, so they meet now and then.
 *
 * @param count how many; of an odd number, the last customer pays once.
 */
export function drawPayments(count: number, seed: number): readonly Payment[] {
  const random = new RandomStream(seed)
  const all = Array.from({ length: count }, (_, index): Payment => {
    const customer = `c${String(Math.floor(index / 2) + 1).padStart(6, '0')}`
    const second = index % 2
    return { id: `m${customer.slice(1)}${second === 0 ? 'a' : 'b'}`, event: { type: 'PaymentBooked', customer, amount: amounts[second] ?? 0 } }
  })
  return Array.from({ length: Math.ceil(count / window) }, (_, index) => shuffled(all.slice(index * window, (index + 1) * window), random)).flat()
}

const amounts = [60_000, 70_000]

/** How many payments change places with each other. */
const window = 100

/** By Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: RandomStream): readonly Item[] {
  const left = [...items]
  return items.flatMap(() => left.splice(Math.floor(random.fraction() * left.length), 1))
}

/** Whether a total has a payment in it. */
export function isIn(total: unknown, amount: number): boolean {
  return total === amount || total === 2 * amount || (typeof total === 'number' && total >= amounts.reduce((sum, each) => sum + each, 0))
}
