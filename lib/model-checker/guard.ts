import { SettledError } from './errors.js'
import * as explanations from './explanations.js'
import { IdentityMatters, digest, judgedAlike } from './identity.js'
import type { KeptStates } from './kept-states.js'
import { same } from './sets.js'
import type { Action, Specification } from './specification.js'
import type { StateTable } from './state-table.js'

/** So many states are given back to the specification with the very objects that it has made; later ones are made again from their parts. */
const firstStates = 5000
/** From the last so many of them on, some states are asked about in both forms. */
const askedAgain = 1000

/**
 * Sees to it that nobody can tell how states are kept: that no action changes a state in place, or remembers something outside of it, and that none needs
 * the very objects that it has made.
 */
export class Guard<S> {
  readonly #actions: readonly { readonly name: string; readonly next: Action<S> }[]
  /** How many states were expanded when all parts were looked at last. */
  #lookedAt = 0

  /** @param asGiven states with smaller numbers come back with the objects that they had. */
  constructor(
    readonly specification: Specification<S>,
    readonly table: StateTable,
    readonly states: KeptStates<S>,
    readonly asGiven = firstStates,
  ) {
    this.#actions = Object.entries(specification.actions).map(([name, next]) => ({ name, next }))
  }

  /** Whether a state comes back with the objects that it had. Some of the later ones do, too, to be asked about in both forms. */
  isGiven(number: number): boolean {
    return number < this.asGiven || number % 64 === 0
  }

  isAskedAgain(number: number): boolean {
    return number >= this.asGiven - askedAgain && this.isGiven(number)
  }

  /** Whether a state may go back to one that was made again. */
  isMade(number: number): boolean {
    return number >= this.asGiven
  }

  /** What was put into the state in place of something else is found at once. What has changed inside of a part: among the first states, and in each 16th. */
  mustBeUnchanged(state: S, number: number): void {
    if (number >= firstStates && number % 16 !== 0 && this.states.isUntouched(state)) return
    this.states.take(state)
    if (this.table.find(this.states.lower, this.states.upper) !== number) throw new SettledError(explanations.changedInPlace(this.#culprit(state)))
  }

  /** Often enough for a part that has changed to be found soon, and seldom enough to cost little. */
  isTimeToLook(number: number): boolean {
    return number - this.#lookedAt > this.states.partCount
  }

  /** Parts are shared between states, so whoever changes one in place changes many states. That must not be taken for anything else. */
  partsMustBeUnchanged(number: number): void {
    if (!this.isMade(this.table.size - 1)) return
    this.#lookedAt = number
    const part = this.states.changedPart()
    if (part === undefined) return
    for (const state of this.states.statesWith(part)) {
      const culprit = this.#culprit(state)
      if (culprit !== undefined) throw new SettledError(explanations.changedInPlace(culprit))
    }
    throw new SettledError(explanations.changedInPlace(undefined))
  }

  /** The first action that changes this state in place. */
  #culprit(state: S): string | undefined {
    return this.#actions.find(({ next }) => {
      const copy = structuredClone(state)
      Array.from(next(copy))
      return !same(copy, state)
    })?.name
  }

  /**
   * Asks again what may happen in a state, and in an equal one that is made of other objects.
   *
   * @param sums what the actions have just done in it, as `digest` tells it.
   */
  mustAnswerTheSame(state: S, sums: readonly number[]): void {
    const ask = (about: S): number[] => digest(this.specification, about, (next) => this.#fingerprintOf(next))
    const again = ask(state)
    const fickle = this.#actions.find((_, index) => again[index] !== sums[index])
    if (fickle) throw new SettledError(explanations.notDeterministic(fickle.name))
    const twin = this.states.twin()
    if (twin === undefined) return
    const other = ask(twin)
    if (sums.some((sum, index) => sum !== other[index]) || !judgedAlike(this.specification, state, twin)) throw new IdentityMatters()
  }

  #fingerprintOf(state: S): number {
    this.states.take(state)
    return this.states.lower
  }

  /** Whether nothing can happen in a state that is no end. */
  isStuck(state: S | undefined): boolean {
    return state === undefined || !(this.#actions.some(({ next }) => Array.from(next(state)).length > 0) || this.specification.terminal?.(state))
  }
}
