/**
 * What a specification is: where it starts, what can happen, and what must hold.
 *
 * @example A light that may be switched on and off:
 *
 *     const light: Specification<{ on: boolean }> = {
 *       initial: [{ on: false }],
 *       actions: {
 *         SwitchOn: (state) => (state.on ? [] : [{ on: true }]),
 *         SwitchOff: (state) => (state.on ? [{ on: false }] : []),
 *       },
 *       invariants: { 'on is on or off': (state) => typeof state.on === 'boolean' },
 *     }
 */

/** The answer depends on nothing but the content of the state: not on what was asked before, and not on which objects it is made of. */
export type Predicate<S> = (state: S) => boolean

/**
 * Everything that may happen in a state under one name: no next state (the action is not enabled), one, or several.
 * The result depends on nothing but the content of the state, and the state is not changed: a next state is a new value.
 */
export type Action<S> = (state: S) => Iterable<S>

/**
 * What must hold in every reachable state. The second form says "whenever …, then …" in two parts, so that the checker
 * can tell when the first part never came true: then nothing was checked, and it answers "unknown" instead of "holds".
 */
export type Invariant<S> = Predicate<S> | { readonly when: Predicate<S>; readonly holds: Predicate<S> }

/** `from` leads to `to`: whenever the first is true, the second is true then or later. Written P ~> Q in TLA+. */
export interface LeadsTo<S> {
  readonly from: Predicate<S>
  readonly to: Predicate<S>
}

export interface Specification<S> {
  /** The states in which everything may begin. States are plain data: null, booleans, numbers, strings, arrays, plain objects. */
  readonly initial: readonly S[]
  readonly actions: Readonly<Record<string, Action<S>>>
  readonly invariants?: Readonly<Record<string, Invariant<S>>>
  /** What must be true in at least one reachable state: a guard against specifications in which nothing happens. */
  readonly sometimes?: Readonly<Record<string, Predicate<S>>>
  readonly leadsTo?: Readonly<Record<string, LeadsTo<S>>>
  /**
   * The actions that do not stay enabled for ever without being taken (weak fairness, for each by its own name).
   * Without it everything may simply stop at any moment, and no "leads to" is safe.
   */
  readonly fairness?: 'every action' | readonly string[]
  /** Where it is right that nothing more can happen. Anywhere else that is a deadlock, and an error. */
  readonly terminal?: Predicate<S>
}
