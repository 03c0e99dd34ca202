import { describe, expect, test } from 'vitest'
import { reach } from './fixtures/reach.js'
import type { SmallSystem } from './fixtures/small-system.js'
import { stepper } from './fixtures/stepper.js'

/** n nodes of k steps each that have nothing to do with one another: (nk)! / (k!)ⁿ schedules, (k + 1)ⁿ states. */
function independent(nodes: number, steps: number): SmallSystem {
  return { nodes: Array.from({ length: nodes }, (_, index) => stepper(`node-${index + 1}`, steps)), scenario: () => Promise.resolve() }
}

describe('the number of schedules', () => {
  test.each([
    { nodes: 2, steps: 7, schedules: 3_432 }, // C(14, 7)
    { nodes: 3, steps: 4, schedules: 34_650 }, // 12! / (4!)³
    { nodes: 1, steps: 9, schedules: 1 },
    { nodes: 4, steps: 1, schedules: 24 },
  ])('$nodes nodes of $steps steps each have $schedules', async ({ nodes, steps, schedules }) => {
    const { result } = await reach(independent(nodes, steps), { mode: 'every path' })
    expect(result).toMatchObject({ complete: true, executions: schedules, rests: schedules, deepest: nodes * steps })
  })

  test.each([
    { nodes: 2, steps: 7, schedules: 3_432 },
    { nodes: 3, steps: 4, schedules: 34_650 },
    { nodes: 5, steps: 4, schedules: 305_540_235_000 }, // 20! / (4!)⁵
  ])('$nodes nodes of $steps steps each: counted over the states, it is $schedules too', async ({ nodes, steps, schedules }) => {
    const { result } = await reach(independent(nodes, steps), { mode: 'states' })
    expect(result).toMatchObject({ complete: true, states: (steps + 1) ** nodes, transitions: nodes * steps * (steps + 1) ** (nodes - 1), rests: 1, schedules })
  })

  test('executions grow with the states: each way from a state to a known one is tried once', async () => {
    const { result } = await reach(independent(3, 4), { mode: 'states' })
    expect(result.executions).toBe(result.transitions - (result.states - 1) + 1)
  })
})
