import { hashText, mix, type Hash } from './hash.js'

/**
 * How chance comes out in an execution. `least`: every `Math.random()` is 0; `greatest`: each is as close to 1 as can be; a number: other values
 * throughout, from streams with that seed. Ids are drawn as ever, for two of them must never be equal.
 *
 * A draw is not a choice of its own, for then no two executions would meet again. So a check names the ways that it wants: the ends, where a bound
 * breaks if it can break, and a few in between. One of them is chosen first of all in each execution.
 */
export type Chance = 'least' | 'greatest' | number

/** What `Math.random()` gives: `drawn`, unless chance comes out at one of its ends. */
export function fractionBy(chance: Chance | undefined, drawn: number): number {
  return chance === 'least' ? 0 : chance === 'greatest' ? 1 - 2 ** -53 : drawn
}

/** The seed of a stream. */
export function seedBy(chance: Chance | undefined, seed: Hash): Hash {
  return typeof chance === 'number' ? mix(seed, mix(chance, 11)) : seed
}

export function hashChance(chance: Chance): Hash {
  return hashText(`chance ${chance}`)
}

/** `seed 3` */
export function describeChance(chance: Chance): string {
  return chance === 'least' ? 'always the least, 0' : chance === 'greatest' ? 'always the greatest, just below 1' : `seed ${chance}`
}
