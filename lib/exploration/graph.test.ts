import { describe, expect, test } from 'vitest'
import { StateGraph } from './graph.js'

/** States 0, 1, 2 …; the first transition into a state is the way on which it was found. `by` is the kind of a fault, -1 for none. */
function graph(transitions: readonly (readonly [from: number, to: number, by?: number])[], resting: readonly number[]): StateGraph {
  const made = new StateGraph()
  const known = new Set([0])
  made.addState(-1, 0)
  for (const [from, to, by = -1] of transitions) {
    if (!known.has(to)) made.addState(from, to)
    known.add(to)
    made.addTransition(from, to, by)
  }
  for (const state of resting) made.markResting(state)
  return made
}

describe('the graph of states', () => {
  const diamond = [[0, 1], [0, 2], [1, 3], [2, 3]] as const

  test('remembers the way to each state', () => {
    const made = graph(diamond, [3])
    expect([made.states, made.transitions, made.depth(3)]).toEqual([4, 4, 2])
    expect(made.pathTo(3)).toEqual([1, 3])
    expect(made.pathTo(3, 7)).toEqual([1, 3, 7])
    expect(made.pathTo(0)).toEqual([])
  })

  test('counts the ways to rest: those of a diamond multiply', () => {
    expect(graph(diamond, [3]).countSchedules([])).toBe(2)
    expect(graph([...diamond, [3, 4], [3, 5], [4, 6], [5, 6]], [6]).countSchedules([])).toBe(4)
    expect(graph([[0, 1], [0, 1], [1, 2]], [2]).countSchedules([])).toBe(2) // two things that come to the same
  })

  test('counts a state in which it may rest and may go on', () => {
    expect(graph([[0, 1], [1, 2]], [1, 2]).countSchedules([])).toBe(2)
  })

  test('counts each fault only as often as its budget allows', () => {
    const faulty = [[0, 1], [0, 1, 0], [1, 2], [1, 2, 0]] as const
    expect(graph(faulty, [2]).countSchedules([0])).toBe(1)
    expect(graph(faulty, [2]).countSchedules([1])).toBe(3)
    expect(graph(faulty, [2]).countSchedules([2])).toBe(4)
    expect(graph([[0, 1], [0, 1, 0], [1, 2], [1, 2, 1]], [2]).countSchedules([1, 1])).toBe(4)
  })

  test('a fault that leads back is no cycle: its budget ends', () => {
    const back = [[0, 1], [1, 2], [1, 0, 0]] as const
    expect(graph(back, [2]).countSchedules([0])).toBe(1)
    expect(graph(back, [2]).countSchedules([3])).toBe(4)
  })

  test('a cycle without a fault has endlessly many', () => {
    expect(graph([[0, 1], [1, 0], [1, 2]], [2]).countSchedules([])).toBe(Infinity)
  })

  test('finds the nearest state from which there is no way to rest', () => {
    expect(graph(diamond, [3]).findTrap()).toBeUndefined()
    expect(graph([[0, 1], [1, 0], [1, 2]], [2]).findTrap()).toBeUndefined()
    expect(graph([[0, 1], [0, 2], [2, 3], [3, 2]], [1]).findTrap()).toBe(2)
    expect(graph([[0, 1], [1, 0]], []).findTrap()).toBe(0)
  })

  test('finds the heaviest way within the budget', () => {
    const weighs = (...transitions: readonly number[]) => (transition: number): number => (transitions.includes(transition) ? 1 : 0)
    expect(graph([...diamond, [3, 4]], [4]).heaviest([], weighs(1, 3, 4))).toBe(3)
    // The fault leads back to the beginning, so it is the budget that ends it.
    expect(graph([[0, 1], [1, 0, 0]], [1]).heaviest([2], weighs(0))).toBe(3)
    expect(graph([[0, 1], [1, 0]], [1]).heaviest([], weighs(0))).toBe(Infinity)
  })

  test('finds circles that lead through chosen states only, and take no fault', () => {
    const circle = [[0, 1], [1, 2], [2, 3], [3, 1], [3, 4]] as const
    expect(graph(circle, [4]).onCycles(() => true)).toEqual([1, 2, 3])
    expect(graph(circle, [4]).onCycles((state) => state !== 2)).toEqual([])
    expect(graph([[0, 1], [1, 0, 0]], [1]).onCycles(() => true)).toEqual([])
  })
})
