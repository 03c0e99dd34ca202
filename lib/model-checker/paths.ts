import { SettledError } from './errors.js'
import * as explanations from './explanations.js'
import type { KeptStates } from './kept-states.js'
import type { Action, Specification } from './specification.js'
import type { StateTable } from './state-table.js'
import type { Trace, TraceStep } from './trace.js'

/** The ways to states that were seen, which are gone themselves: the actions are run again, from the initial state. */
export class Paths<S> {
  readonly #initial: readonly S[]
  readonly #actions: readonly { readonly name: string; readonly next: Action<S> }[]

  constructor(
    specification: Specification<S>,
    readonly table: StateTable,
    readonly states: KeptStates<S>,
  ) {
    this.#initial = specification.initial
    this.#actions = Object.entries(specification.actions).map(([name, next]) => ({ name, next }))
  }

  /** A shortest path to the state with this number. */
  to(number: number): Trace<S> {
    const path: number[] = []
    for (let state = number; state >= 0; state = this.table.parentOf(state)) path.push(state)
    path.reverse()
    const steps: TraceStep<S>[] = []
    for (const state of path) {
      const action = this.table.actionOf(state)
      if (this.table.parentOf(state) >= 0) steps.push(this.step(steps, action, state))
      else {
        const initial = this.#initial[action]
        if (initial !== undefined) steps.push({ action: null, state: initial })
      }
    }
    return { steps }
  }

  /** Runs an action again, from the last step to the state with this number. */
  step(steps: readonly TraceStep<S>[], index: number, target: number): TraceStep<S> {
    const last = steps.at(-1)
    const action = this.#actions[index]
    if (last && action) {
      for (const state of action.next(last.state)) {
        this.states.take(state)
        if (this.table.find(this.states.lower, this.states.upper) === target) return { action: action.name, state }
      }
    }
    throw new SettledError(explanations.notDeterministic(action?.name ?? '?'))
  }
}
