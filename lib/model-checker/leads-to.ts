import { components, type Graph } from './graph.js'

/** A run that breaks a "leads to": states and the actions between them, by number. */
export interface Lasso {
  /** The first state in which `from` is true; a shortest path leads to it. */
  readonly first: number
  readonly prefix: readonly Step[]
  /** Repeated for ever. Empty: the run stops, and no fair action was left to go on with. */
  readonly loop: readonly Step[]
}

interface Step {
  readonly action: number
  readonly target: number
}

interface Question {
  readonly graph: Graph
  /** By state: the length of a shortest path to it. Never falls from one state to the next. */
  readonly depth: (state: number) => number
  readonly from: (state: number) => boolean
  readonly to: (state: number) => boolean
  /** The actions that are treated with weak fairness. */
  readonly fair: readonly number[]
}

/**
 * A run breaks "from leads to to" when it reaches a state with `from`, and from there on never one with `to`. So look only at the states
 * without `to` that can be reached from such a state through such states. A run that stays among them for ever ends up going round
 * in one strongly connected component, or standing still in a state. Weak fairness forbids that when some fair action is
 * enabled in all states of the component and yet never taken in it. If no component is left, the promise holds.
 * (Enabled means: it would change the state, as in TLA+'s WF_vars.)
 */
export function findLasso(question: Question): Lasso | undefined {
  const { graph } = question
  const reached = explore(question)
  const componentOf = new Int32Array(graph.size).fill(-1)
  let best: { entry: number; distance: number; id: number } | undefined
  let id = 0
  for (const members of components(graph, reached.states, (state) => reached.distance(state) >= 0)) {
    for (const state of members) componentOf[state] = id
    if (isFair(question, members, (state) => componentOf[state] === id)) {
      for (const entry of members) {
        const distance = reached.distance(entry)
        if (!best || distance < best.distance) best = { entry, distance, id }
      }
    }
    id += 1
  }
  if (!best) return undefined
  const chosen = best
  return { ...reached.pathTo(best.entry), loop: goRound(question, best.entry, (state) => componentOf[state] === chosen.id) }
}

/** Breadth first from all states with `from` and without `to`, each entered at its own depth, so that lassos come out short. */
function explore({ graph, depth, from, to }: Question) {
  const distances = new Int32Array(graph.size).fill(-1)
  const sources = new Int32Array(graph.size).fill(-1)
  const actions = new Int32Array(graph.size)
  const states: number[] = []
  let next = 0
  for (let distance = 0, level: number[] = []; next < graph.size || level.length > 0; distance += 1) {
    for (; next < graph.size && depth(next) <= distance; next += 1) {
      if (!from(next) || to(next) || distances[next] !== -1) continue
      distances[next] = distance
      level.push(next)
    }
    const following: number[] = []
    for (const source of level) {
      states.push(source)
      for (let step = graph.start(source); step < graph.start(source + 1); step += 1) {
        const target = graph.target(step)
        if (to(target) || distances[target] !== -1) continue
        distances[target] = distance + 1
        sources[target] = source
        actions[target] = graph.action(step)
        following.push(target)
      }
    }
    level = following
  }

  const pathTo = (state: number) => {
    const prefix: Step[] = []
    let first = state
    for (let source = sources[first] ?? -1; source >= 0; source = sources[first] ?? -1) {
      prefix.unshift({ action: actions[first] ?? 0, target: first })
      first = source
    }
    return { first, prefix }
  }
  return { states, pathTo, distance: (state: number) => distances[state] ?? -1 }
}

type Membership = (state: number) => boolean

function isFair({ graph, fair }: Question, members: readonly number[], inside: Membership): boolean {
  return fair.every((action) => {
    for (const state of members) {
      let enabled = false
      for (let step = graph.start(state); step < graph.start(state + 1); step += 1) {
        if (graph.action(step) !== action || graph.target(step) === state) continue
        if (inside(graph.target(step))) return true
        enabled = true
      }
      if (!enabled) return true
    }
    return false
  })
}

/** A way round the component that gives every fair action its due: takes it, or passes a state in which it is not enabled. */
function goRound({ graph, fair }: Question, entry: number, inside: Membership): Step[] {
  const loop: Step[] = []
  let here = entry
  const go = (steps: readonly Step[]) => {
    loop.push(...steps)
    here = loop.at(-1)?.target ?? entry
  }
  for (const action of fair) {
    const passed = [entry, ...loop.map(({ target }) => target)]
    if (loop.some((step) => step.action === action) || passed.some((state) => !isEnabled(graph, state, action))) continue
    go(walk(graph, here, inside, (state, step) =>
      step === undefined ? !isEnabled(graph, state, action) : graph.action(step) === action && graph.target(step) !== state,
    ))
  }
  if (here !== entry) go(walk(graph, here, inside, (state, step) => step === undefined && state === entry))
  return loop
}

function isEnabled(graph: Graph, state: number, action: number): boolean {
  for (let step = graph.start(state); step < graph.start(state + 1); step += 1) {
    if (graph.action(step) === action && graph.target(step) !== state) return true
  }
  return false
}

/** The shortest walk inside the component to a state, or over a step, that is wanted. */
function walk(
  graph: Graph,
  from: number,
  inside: Membership,
  wanted: (state: number, step: number | undefined) => boolean,
): Step[] {
  const arrivals = new Map<number, { source: number; action: number }>([[from, { source: -1, action: -1 }]])
  const back = (state: number): Step[] => {
    const steps: Step[] = []
    let target = state
    for (let arrival = arrivals.get(target); arrival && arrival.source >= 0; arrival = arrivals.get(target)) {
      steps.unshift({ action: arrival.action, target })
      target = arrival.source
    }
    return steps
  }
  for (const state of arrivals.keys()) {
    if (wanted(state, undefined)) return back(state)
    for (let step = graph.start(state); step < graph.start(state + 1); step += 1) {
      const target = graph.target(step)
      if (!inside(target)) continue
      if (wanted(state, step)) return [...back(state), { action: graph.action(step), target }]
      if (!arrivals.has(target)) arrivals.set(target, { source: state, action: graph.action(step) })
    }
  }
  return []
}
