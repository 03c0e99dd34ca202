import type { FaultBudget, Trace } from '../simulation/index.js'
import type { Explorer } from './explorer.js'
import type { Finding } from './report.js'
import type { Setup } from './setup.js'
import { recordTwice } from './strategies/determinism.js'
import type { Found } from './strategies/exhaustive.js'
import { describeThrownErrors } from './thrown.js'
import { follow, recordChoices } from './strategies/replay.js'
import { findShortest, type Shortest } from './strategies/shortest.js'

/** Makes the shortest story of what was found, and runs it twice to be sure that it can be told again. */
export async function tellBroken(setup: Setup, found: Found, limits: Parameters<typeof findShortest>[4] | undefined, random: { readonly seed?: number; readonly input?: string } = {}): Promise<Finding> {
  const { explorer } = setup
  explorer.restart()
  const count = await countFaults(explorer, found.choices)
  const shortest = limits === undefined || found.violation.kind === 'endless' ? { found, proved: false } : await shorten(setup, found, count, limits)
  const recording = await recordTwice(explorer, follow(shortest.found.choices), { views: true })
  return {
    verdict: 'broken',
    violation: shortest.found.violation,
    trace: recording.trace,
    schedule: recording.schedule,
    brokenAt: recording.trace.steps.length,
    execution: found.execution,
    faults: countByName(recording.trace),
    shortest: shortest.proved,
    thrown: describeThrownErrors(explorer.execution?.thrown ?? [], recording.trace),
    ...random,
  }
}

/** First the shortest of the schedules that the search tells apart; then, to be able to say so, the shortest of all. */
async function shorten({ explorer, judge }: Setup, found: Found, faults: number, limits: Parameters<typeof findShortest>[4]): Promise<Shortest> {
  const good = await findShortest(explorer, judge, found, faults, limits)
  explorer.restart()
  explorer.reduced = false
  const best = await findShortest(explorer, judge, good.found, faults, { ...limits, limit: proofLimit })
  // Choices are numbers, and mean something only among the alternatives that they were picked from.
  explorer.restart()
  explorer.reduced = best.found === good.found
  return best
}

/** Executions that are spent on showing that nothing shorter breaks a promise. */
const proofLimit = 1_500

async function countFaults(explorer: Explorer, choices: readonly number[]): Promise<number> {
  const { trace } = await recordChoices(explorer, choices, { views: false })
  return trace.steps.filter((step) => step.fault !== undefined).length
}

function countByName(trace: Trace): FaultBudget {
  const counts: Record<string, number> = {}
  for (const { fault } of trace.steps) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1
  return counts
}
