import type { FaultName, Hash } from '../../simulation/index.js'
import type { Explorer } from '../explorer.js'
import { StateGraph } from '../graph.js'
import type { Judge } from '../judge.js'
import type { ExhaustiveOptions, Found } from './exhaustive.js'

export interface Shortest {
  readonly found: Found
  /** True when every shorter schedule with as few faults was tried, and keeps its promises. */
  readonly proved: boolean
}

/**
 * Makes a story shorter until nothing shorter breaks a promise: the same search as the exhaustive one, but by the number of steps, and
 * with no more faults than the story that was found first. The first broken promise it meets is the shortest there is.
 */
export async function findShortest(explorer: Explorer, judge: Judge, first: Found, options: ExhaustiveOptions): Promise<Shortest> {
  const graph = new StateGraph()
  const { faults } = first
  const spared = new Map<number, readonly number[]>()
  const known = new Set<string | Hash>()
  let found: Found | undefined
  const steps = first.choices.length
  const before = explorer.executions
  // The states of one depth, each with what is to be tried there.
  let level: (readonly [state: number, choice: number])[] = [[-1, 0]]
  for (let depth = 0; depth < steps && level.length > 0; depth++) {
    const next: (readonly [state: number, choice: number])[] = []
    for (const [state, choice] of level) {
      if (explorer.executions - before >= options.limit) return { found: first, proved: false }
      await explorer.run(state < 0 ? [] : graph.pathTo(state, choice), (point) => {
        const met = explorer.faults
        // See the exhaustive search: what was spared is tried after all where code minds the time.
        if (point.execution.mindsTime) {
          for (const index of spared.get(state) ?? []) level.push([state, index])
          spared.delete(state)
        }
        const key = `${point.execution.key()} ${[...met].sort().join()}`
        if (known.has(key)) return undefined
        known.add(key)
        const reached = graph.addState(state, choice)
        const violation = judge(point)
        if (violation !== undefined) {
          found = { violation, choices: explorer.choices, faults: met.length, execution: first.execution }
          return undefined
        }
        const { alternatives } = point
        const possible = (index: number): boolean => {
          const fault = alternatives[index]?.fault
          return fault === undefined || (met.length < faults && allowed(met, fault, options))
        }
        const needed = options.reduction === 'states and orders' ? point.execution.needed(alternatives) : { first: [...alternatives.keys()], then: [] }
        for (const index of needed.first) if (possible(index)) next.push([reached, index])
        if (needed.then.length > 0) spared.set(reached, needed.then.filter(possible))
        return undefined
      })
      if (found !== undefined) return { found, proved: true }
    }
    level = next
  }
  return { found: first, proved: true }
}

function allowed(met: readonly FaultName[], fault: FaultName, options: ExhaustiveOptions): boolean {
  return met.filter((name) => name === fault).length < (options.budget[fault] ?? 0)
}
