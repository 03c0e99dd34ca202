import { Numbers } from './state-table.js'

/** All steps between states, in the order of their sources: the steps of state s stand between `start(s)` and `start(s + 1)`. */
export class Graph {
  readonly #starts = new Numbers()
  readonly #targets = new Numbers()
  readonly #actions = new Numbers()

  /** The steps recorded from now on start in the next state. */
  nextSource(): void {
    this.#starts.push(this.#targets.length)
  }

  addStep(action: number, target: number): void {
    this.#actions.push(action)
    this.#targets.push(target)
  }

  get size(): number {
    return this.#starts.length
  }

  start(state: number): number {
    return state < this.#starts.length ? this.#starts.at(state) : this.#targets.length
  }

  target(step: number): number {
    return this.#targets.at(step)
  }

  action(step: number): number {
    return this.#actions.at(step)
  }
}

/**
 * The strongly connected components of the part of the graph that the given states span, each as a list of states
 * (Tarjan: "Depth-First Search and Linear Graph Algorithms", 1972), without recursion, since paths may be millions of states long.
 */
export function components(graph: Graph, states: Iterable<number>, inside: (state: number) => boolean): number[][] {
  const found: number[][] = []
  const order = new Int32Array(graph.size)
  const lowest = new Int32Array(graph.size)
  const open = new Uint8Array(graph.size)
  const stack: number[] = []
  const path: { readonly state: number; step: number }[] = []
  let count = 0

  const enter = (state: number) => {
    count += 1
    order[state] = count
    lowest[state] = count
    open[state] = 1
    stack.push(state)
    path.push({ state, step: graph.start(state) })
  }
  const lower = (state: number, to: number) => {
    lowest[state] = Math.min(lowest[state] ?? 0, to)
  }
  const close = (state: number) => {
    const component: number[] = []
    for (;;) {
      const member = stack.pop()
      if (member === undefined) break
      open[member] = 0
      component.push(member)
      if (member === state) break
    }
    found.push(component)
  }

  for (const root of states) {
    if (order[root] !== 0) continue
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (top.step < graph.start(top.state + 1)) {
        const target = graph.target(top.step)
        top.step += 1
        if (!inside(target)) continue
        if (order[target] === 0) enter(target)
        else if (open[target] === 1) lower(top.state, order[target] ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above) lower(above.state, lowest[top.state] ?? 0)
      if (lowest[top.state] === order[top.state]) close(top.state)
    }
  }
  return found
}
