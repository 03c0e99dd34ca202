/**
 * The states that a search has met, as a graph: who led to whom. From it come the shortest ways back, the number of schedules that
 * the executions stand for, and whether the system can always come to rest.
 */
export class StateGraph {
  readonly #parent: number[] = []
  readonly #choice: number[] = []
  readonly #depth: number[] = []
  readonly #resting: number[] = []
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #by: number[] = []

  get states(): number {
    return this.#parent.length
  }

  get transitions(): number {
    return this.#from.length
  }

  /** The first state has no parent: -1. */
  addState(parent: number, choice: number): number {
    const state = this.#parent.length
    this.#parent.push(parent)
    this.#choice.push(choice)
    this.#depth.push(parent < 0 ? 0 : (this.#depth[parent] ?? 0) + 1)
    return state
  }

  /**
   * `by` is the kind of the fault that the transition costs, as a number; -1 for none.
   *
   * @returns the number of the transition.
   */
  addTransition(from: number, to: number, by: number): number {
    this.#from.push(from)
    this.#to.push(to)
    this.#by.push(by)
    return this.#from.length - 1
  }

  markResting(state: number): void {
    this.#resting.push(state)
  }

  /** Undefined for the first state. */
  parent(state: number): number | undefined {
    const parent = this.#parent[state]
    return parent === undefined || parent < 0 ? undefined : parent
  }

  depth(state: number): number {
    return this.#depth[state] ?? 0
  }

  /** The choices that lead to a state, and one more. */
  pathTo(state: number, ...more: number[]): number[] {
    const choices: number[] = []
    for (let at = state; (this.#parent[at] ?? -1) >= 0; at = this.#parent[at] ?? -1) choices.push(this.#choice[at] ?? 0)
    return choices.reverse().concat(more)
  }

  /**
   * How many different schedules within the budget lead from the first state to rest; Infinity when the system can go on for ever.
   * Beyond 2⁵³ the number is rounded. `budgets` has one number for each kind of fault, as in `addTransition`.
   *
   * A state can be reached with different faults behind it, and so with different faults still possible. So ways are counted for
   * each set of faults met, the largest set first; within one set, from the end to the beginning.
   */
  countSchedules(budgets: readonly number[]): number {
    const rests = new Uint8Array(this.states)
    for (const state of this.#resting) rests[state] = 1
    return this.#fromTheEnd(budgets, (state) => rests[state] ?? 0, (ways, further) => ways + further)
  }

  /** The most that a way from the first state can weigh within the budget; Infinity when the system can go on for ever. */
  heaviest(budgets: readonly number[], weigh: (transition: number) => number): number {
    return this.#fromTheEnd(budgets, () => 0, (most, further, transition) => Math.max(most, further + weigh(transition)))
  }

  /** Works something out for each state from what its transitions lead to, and says what it comes to for the first state; Infinity when there is a cycle. */
  #fromTheEnd(budgets: readonly number[], begin: (state: number) => number, take: (sum: number, further: number, transition: number) => number): number {
    const order = this.#endFirst()
    if (order === undefined) return Infinity
    const successors = this.#outgoing()
    const sizes = budgets.map((budget) => budget + 1)
    const strides = sizes.map((_, kind) => sizes.slice(0, kind).reduce((product, size) => product * size, 1))
    const found = new Map<number, Float64Array>()
    for (let met = sizes.reduce((product, size) => product * size, 1) - 1; met >= 0; met--) {
      const here = new Float64Array(this.states)
      for (const state of order) {
        let sum = begin(state)
        for (const transition of successors(state)) {
          const kind = this.#by[transition] ?? -1
          const stride = strides[kind] ?? 0
          const affordable = kind < 0 || Math.floor(met / stride) % (sizes[kind] ?? 1) < (budgets[kind] ?? 0)
          if (affordable) sum = take(sum, (kind < 0 ? here : found.get(met + stride))?.[this.#to[transition] ?? 0] ?? 0, transition)
        }
        here[state] = sum
      }
      found.set(met, here)
    }
    return found.get(0)?.[0] ?? 0
  }

  /** All states, each after everything that it leads to without a fault; undefined when there is a cycle. */
  #endFirst(): readonly number[] | undefined {
    const outgoing = new Int32Array(this.states)
    for (const [transition, from] of this.#from.entries()) if ((this.#by[transition] ?? -1) < 0) outgoing[from] = (outgoing[from] ?? 0) + 1
    const order: number[] = []
    for (let state = 0; state < this.states; state++) if (outgoing[state] === 0) order.push(state)
    const predecessors = this.#adjacency(this.#to)
    for (let index = 0; index < order.length; index++) {
      for (const transition of predecessors(order[index] ?? 0)) {
        if ((this.#by[transition] ?? -1) >= 0) continue
        const from = this.#from[transition] ?? 0
        outgoing[from] = (outgoing[from] ?? 0) - 1
        if (outgoing[from] === 0) order.push(from)
      }
    }
    return order.length < this.states ? undefined : order
  }

  /**
   * A state from which the system can never come to rest, if there is one among those that are `explored` to the end: the nearest to
   * the beginning. A fault does not count as a way out: nobody can rely on one.
   */
  findTrap(explored: (state: number) => boolean = () => true): number | undefined {
    const predecessors = this.#adjacency(this.#to)
    const canRest = new Uint8Array(this.states)
    const open = [...this.#resting]
    for (const state of open) canRest[state] = 1
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const transition of predecessors(state)) {
        const before = this.#from[transition] ?? 0
        if (canRest[before] === 1 || (this.#by[transition] ?? -1) >= 0) continue
        canRest[before] = 1
        open.push(before)
      }
    }
    let trap: number | undefined
    for (let state = 0; state < this.states; state++) {
      if (canRest[state] === 0 && explored(state) && (trap === undefined || this.depth(state) < this.depth(trap))) trap = state
    }
    return trap
  }

  /** Of the states that are `chosen`, those on a cycle that leads through such states only, without a fault; and those between two such cycles. */
  onCycles(chosen: (state: number) => boolean): readonly number[] {
    const left = Uint8Array.from({ length: this.states }, (_, state) => (chosen(state) ? 1 : 0))
    this.#peel(left, this.#from, this.#to)
    this.#peel(left, this.#to, this.#from)
    return [...left.keys()].filter((state) => left[state] === 1)
  }

  /** Of the states that are `left`, takes out what is the given end of no transition between two of them, again and again. */
  #peel(left: Uint8Array, end: readonly number[], otherEnd: readonly number[]): void {
    const isBetween = (transition: number): boolean => (this.#by[transition] ?? -1) < 0 && left[end[transition] ?? 0] === 1 && left[otherEnd[transition] ?? 0] === 1
    const degree = new Int32Array(this.states)
    for (const [transition, state] of end.entries()) if (isBetween(transition)) degree[state] = (degree[state] ?? 0) + 1
    const open = [...left.keys()].filter((state) => left[state] === 1 && degree[state] === 0)
    const transitions = this.#adjacency(otherEnd)
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const transition of transitions(state)) {
        const neighbour = end[transition] ?? 0
        if (!isBetween(transition)) continue
        degree[neighbour] = (degree[neighbour] ?? 0) - 1
        if (degree[neighbour] === 0) open.push(neighbour)
      }
      left[state] = 0
    }
  }

  #outgoing(): (state: number) => Int32Array {
    return this.#adjacency(this.#from)
  }

  /** The transitions of each state, by one of their ends. */
  #adjacency(end: readonly number[]): (state: number) => Int32Array {
    const start = new Int32Array(this.states + 1)
    for (const state of end) start[state + 1] = (start[state + 1] ?? 0) + 1
    for (let state = 0; state < this.states; state++) start[state + 1] = (start[state + 1] ?? 0) + (start[state] ?? 0)
    const fill = start.slice()
    const transitions = new Int32Array(end.length)
    for (const [transition, state] of end.entries()) {
      const place = fill[state] ?? 0
      transitions[place] = transition
      fill[state] = place + 1
    }
    return (state) => transitions.subarray(start[state] ?? 0, start[state + 1] ?? 0)
  }
}
