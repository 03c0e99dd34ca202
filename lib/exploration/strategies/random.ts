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
      const distinct = point.execution.distinct(point.alternatives)
      const possibleFaults = distinct.filter((index) => isAffordable(explorer, point.alternatives[index]?.fault))
      return pick(numbers[point.depth] ?? 0, distinct.filter((index) => index < point.regular), possibleFaults, options.faultEvery)
    })
    if (violation === undefined) return true
    found = { violation, choices: explorer.choices, faults: explorer.faults.length, execution: found?.execution ?? explorer.executions - before, input }
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
function pick(number: number, regular: readonly number[], faults: readonly number[], faultEvery: number): number {
  if (faults.length > 0 && number % faultEvery === faultEvery - 1) return faults[Math.floor(number / faultEvery) % faults.length] ?? 0
  return regular[number % regular.length] ?? 0
}

function isAffordable(explorer: Explorer, fault: FaultName | undefined): boolean {
  return fault !== undefined && explorer.world.mayMeet(fault)
}
