import fc from 'fast-check'
import { faultNames, type FaultName } from '../../simulation/index.js'
import type { Explorer } from '../explorer.js'
import type { Judge, Violation } from '../judge.js'
import type { Found } from './exhaustive.js'

export interface RandomOptions {
  readonly runs: number
  readonly seed: number
  readonly maxSteps: number
  /** How often a fault is tried where one is possible: 1 in so many. */
  readonly faultEvery: number
  /** Generates what the scenario gets, together with the schedule. */
  readonly given: fc.Arbitrary<unknown> | undefined
  /** Hands it to the scenario, before an execution. */
  readonly use: (input: unknown) => void
}

export interface RandomResult {
  readonly executions: number
  readonly rests: number
  readonly deepest: number
  /** How often each fault happened. */
  readonly faults: Readonly<Record<FaultName, number>>
  readonly found: (Found & { readonly input: unknown }) | undefined
}

/**
 * Tries schedules at random, by a seed. The choices are plain numbers from fast-check, so that it can make them fewer and smaller: a
 * smaller number is an earlier alternative, and 0 is to go on with what ran last. `fc.scheduler()` does not shrink schedules.
 */
export async function searchRandomly(explorer: Explorer, judge: Judge, options: RandomOptions): Promise<RandomResult> {
  let rests = 0
  let deepest = 0
  let found: RandomResult['found']
  const faults = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>
  const before = explorer.executions
  const property = fc.asyncProperty(options.given ?? fc.constant(undefined), fc.array(fc.nat(1023), { maxLength: 96, size: 'max' }), async (input, numbers) => {
    let violation: Violation | undefined
    options.use(input)
    explorer.restart()
    await explorer.run([], (point) => {
      const fault = point.performed?.alternative.fault
      if (fault !== undefined) faults[fault] += 1
      deepest = Math.max(deepest, point.depth)
      violation = judge(point)
      if (violation !== undefined || point.depth >= options.maxSteps) return undefined
      if (point.regular === 0) {
        rests += 1
        return undefined
      }
      return pick(numbers[point.depth] ?? 0, point.regular, affordable(explorer, point.alternatives.length, point.regular, (index) => point.alternatives[index]?.fault), options.faultEvery)
    })
    if (violation === undefined) return true
    found = { violation, choices: explorer.choices, execution: found?.execution ?? explorer.executions - before, input }
    return false
  })
  const outcome = await fc.check(property, { numRuns: options.runs, seed: options.seed, endOnFailure: false })
  // What is not a broken promise is a mistake in the code or in the check, and is told as such.
  if (found === undefined && outcome.failed) throw outcome.errorInstance
  return { executions: explorer.executions - before, rests, deepest, faults, found }
}

/** What the scenario gets in the first execution, before anything is searched. */
export function firstInput(given: fc.Arbitrary<unknown>, seed: number): unknown {
  return fc.sample(given, { numRuns: 1, seed })[0]
}

export function describeInput(input: unknown): string {
  return fc.stringify(input)
}

/** 0 goes on with what ran last; small numbers stay with what needs no fault. */
function pick(number: number, regular: number, faults: readonly number[], faultEvery: number): number {
  if (faults.length > 0 && number % faultEvery === faultEvery - 1) return faults[Math.floor(number / faultEvery) % faults.length] ?? 0
  return number % regular
}

function affordable(explorer: Explorer, count: number, regular: number, faultAt: (index: number) => Parameters<Explorer['world']['mayMeet']>[0] | undefined): number[] {
  const indexes: number[] = []
  for (let index = regular; index < count; index++) {
    const fault = faultAt(index)
    if (fault !== undefined && explorer.world.mayMeet(fault)) indexes.push(index)
  }
  return indexes
}
