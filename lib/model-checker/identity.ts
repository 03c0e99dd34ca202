import type { Predicate, Specification } from './specification.js'

/**
 * A specification is about the content of states. But code may also ask whether two objects are the same one (===, includes, indexOf), and then a state
 * that was made again from its parts is another state to it.
 */

/** Thrown when a search that makes states again finds out that this specification needs the very objects that it has made. */
export class IdentityMatters extends Error {}

/**
 * What a specification does in a state, as one number for each action, whatever the order of the next states; undefined from the first action on that throws.
 *
 * @param fingerprintOf tells next states apart by their content.
 */
export function digest<S>({ actions }: Specification<S>, state: S, fingerprintOf: (state: S) => number): number[] {
  const sums: number[] = []
  try {
    for (const next of Object.values(actions)) {
      let sum = 0
      for (const following of next(state)) sum = (sum + fingerprintOf(following)) | 0
      sums.push(sum)
    }
  } catch {
    // the sums so far are what it does
  }
  return sums
}

/** Whether all that a specification asks about states has the same answer for both of them. */
export function judgedAlike<S>({ invariants = {}, sometimes = {}, leadsTo = {}, terminal }: Specification<S>, one: S, other: S): boolean {
  const questions: readonly Predicate<S>[] = [
    ...Object.values(invariants).map((invariant): Predicate<S> => (typeof invariant === 'function' ? invariant : (state) => !invariant.when(state) || invariant.holds(state))),
    ...Object.values(sometimes),
    ...Object.values(leadsTo).flatMap(({ from, to }) => [from, to]),
    ...(terminal ? [terminal] : []),
  ]
  return questions.every((question) => answer(question, one) === answer(question, other))
}

function answer<S>(question: Predicate<S>, state: S): unknown {
  try {
    return question(state)
  } catch {
    return 'an error'
  }
}
