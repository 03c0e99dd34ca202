import type { FaultBudget, Trace } from '../simulation/index.js'
import type { Chooser } from './explorer.js'
import type { Finding } from './report.js'
import type { Setup } from './setup.js'
import { recordTwice } from './strategies/determinism.js'
import type { Found } from './strategies/exhaustive.js'
import { describeThrownErrors } from './thrown.js'
import { follow } from './strategies/replay.js'
import { findShortest, type Shortest } from './strategies/shortest.js'

/** Makes the shortest story of what was found, and runs it twice to be sure that it can be told again. */
export async function tellBroken(setup: Setup, found: Found, limits: Parameters<typeof findShortest>[3] | undefined, random: { readonly seed?: number; readonly input?: string } = {}): Promise<Finding> {
  const { explorer } = setup
  explorer.restart()
  const endless = found.violation.kind === 'endless'
  const shortest = limits === undefined || endless ? { found, proved: false } : await shorten(setup, found, limits)
  const recording = await recordTwice(explorer, endless ? goOnAfter(found.choices) : follow(shortest.found.choices), { views: true })
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
async function shorten({ explorer, judge }: Setup, found: Found, limits: Parameters<typeof findShortest>[3]): Promise<Shortest> {
  const good = await findShortest(explorer, judge, found, limits)
  const best = await findShortest(explorer, judge, good.found, { ...limits, reduction: 'states', limit: proofLimit })
  explorer.restart()
  return best
}

/** What never ends is told from its beginning to where it does the same again. */
function goOnAfter(choices: readonly number[]): Chooser {
  return ({ depth, regular }) => choices[depth] ?? (regular > 0 && depth < choices.length + endlessSteps ? 0 : undefined)
}

/** How far a story goes on that never ends. */
const endlessSteps = 48

/** Executions that are spent on showing that nothing shorter breaks a promise. */
const proofLimit = 1_500

function countByName(trace: Trace): FaultBudget {
  const counts: Record<string, number> = {}
  for (const { fault } of trace.steps) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1
  return counts
}
