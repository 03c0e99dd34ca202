import { callSite, MisuseError, type Explanation, type FaultBudget, type NodeDefinition } from '../simulation/index.js'
import { defaultLimit, type CheckOptions } from './check-options.js'
import { describeEvidence, describeFinding, type Coverage, type Finding, type TextOptions } from './report.js'
import { withSetup, type Setup } from './setup.js'
import { searchExhaustively } from './strategies/exhaustive.js'
import type * as Random from './strategies/random.js'
import { firstSchedule, recordTwice } from './strategies/determinism.js'
import { recordChoices, recordSchedule, type Recording, type Schedule } from './strategies/replay.js'
import { tellBroken } from './counterexample.js'

/** Thrown when a promise is broken, or when it cannot be said whether it is. The message is the lesson. */
export class CheckError extends Error {
  constructor(
    readonly finding: Exclude<Finding, { verdict: 'passed' }>,
    text: string,
  ) {
    super(text)
    this.name = finding.verdict === 'broken' ? 'BrokenPromise' : finding.verdict === 'misuse' ? 'Misuse' : 'Unknown'
    this.stack = text
  }
}

/**
 * Runs a system through every schedule within the bounds, and judges its promises.
 *
 * @returns what was gone through, when every promise was kept.
 * @throws CheckError when a promise is broken (the message tells the shortest story), or when nothing can be said.
 */
export async function check<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>, text: TextOptions = {}): Promise<Extract<Finding, { verdict: 'passed' }>> {
  const finding = await explore(options)
  if (finding.verdict === 'passed') return finding
  throw new CheckError(finding, describeFinding(finding, text))
}

/** As `check`, but gives the finding instead of throwing it. Mistakes in the check itself are thrown as HarnessError. */
export async function explore<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>): Promise<Finding> {
  try {
    return await withSetup(options, budgetOf(options), (setup) => exploreIn(setup, options))
  } catch (error) {
    // A part of the system is not there, so that there is no world to be explored.
    if (!(error instanceof MisuseError)) throw error
    return { verdict: 'misuse', kind: error.kind, explanation: error.explanation, trace: undefined, ...siteOf(error) }
  }
}

async function exploreIn<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>): Promise<Finding> {
  if (options.given !== undefined) setup.input.current = (await random()).firstInput(options.given, options.seed ?? defaultSeed)
  try {
    await recordTwice(setup.explorer, firstSchedule(options.maxSteps ?? 1_000), { views: false })
    return options.given === undefined ? await exploreExhaustively(setup, options) : await exploreRandomly(setup, options)
  } catch (error) {
    return misuse(setup, error)
  }
}

/** Runs one schedule, in words, with the stores and queues after each step. */
export function replay<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>, schedule: Schedule): Promise<Recording> {
  return withSetup(options, budgetOf(options), (setup) => recordSchedule(setup.explorer, schedule, { views: true }))
}

function budgetOf(options: { readonly faults?: FaultBudget }): { readonly budget: FaultBudget } {
  return { budget: options.faults ?? {} }
}

async function exploreExhaustively<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>): Promise<Finding> {
  const { explorer, judge } = setup
  const limits = { budget: options.faults ?? {}, limit: options.limit ?? defaultLimit, maxSteps: options.maxSteps ?? 1_000, reduction: 'states and orders' as const }
  explorer.restart()
  const result = await searchExhaustively(explorer, judge, limits)
  if (result.found !== undefined) return tellBroken(setup, result.found, limits)
  const coverage: Coverage = { strategy: 'exhaustive', complete: result.complete, executions: result.executions, states: result.states, schedules: result.schedules, budget: limits.budget, faults: result.faults }
  return result.complete ? judgeCoverage(coverage, result.deepest - beginning(options), result.rests) : exploreTheRest(setup, options, coverage, result.left)
}

/** More schedules than can be gone through. Some of the others are drawn at random: what breaks there is broken; what does not is weaker evidence. */
async function exploreTheRest<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>, coverage: Coverage, left: number): Promise<Finding> {
  const { explorer, judge } = setup
  const seed = options.seed ?? defaultSeed
  const { searchRandomly } = await random()
  explorer.restart()
  const drawn = await searchRandomly(explorer, judge, { runs: defaultRuns, seed, maxSteps: options.maxSteps ?? 1_000, faultEvery: 4, given: undefined, use: () => undefined })
  if (drawn.found !== undefined) return tellBroken(setup, drawn.found, undefined, { seed })
  return unknown(coverage, {
    what: `Not exhaustive: stopped after ${coverage.executions.toLocaleString('en')} executions, with at least ${left.toLocaleString('en')} more to try.`,
    why: `Nothing is broken so far, and ${drawn.executions} schedules drawn at random broke nothing either. That is weaker evidence: what was not tried may break a promise, so this is no pass.`,
    next: 'Your code may well be right. Every read, commit, send, timer and look at the clock multiplies the schedules, and code that does less of it gets a verdict. (In the check itself: a higher limit, fewer faults, or a smaller scenario.)',
  })
}

function judgeCoverage(coverage: Coverage, deepest: number, rests: number): Finding {
  if (deepest === 0) {
    return unknown(coverage, {
      what: 'Nothing happened: no message was sent and no request was made.',
      why: 'Where nothing happens, every promise is kept. That would be luck, not evidence.',
      next: 'Look at the scenario: it must send something to the system, and wait for it with await.',
    })
  }
  if (rests === 0) {
    return unknown(coverage, {
      what: 'No execution came to rest.',
      why: 'Promises about the end were never judged.',
      next: 'Look for something that never ends, or raise maxSteps.',
    })
  }
  const asked = Object.values(coverage.budget).some((count) => count > 0)
  if (asked && Object.values(coverage.faults).every((count) => count === 0)) {
    return unknown(coverage, {
      what: 'None of the faults could happen, because the code did nothing that they could happen to.',
      why: 'Code that does nothing survives everything. That would be luck, not evidence.',
      next: 'Look whether messages reach the code at all, and whether it stores and sends what it should.',
    })
  }
  return { verdict: 'passed', coverage, evidence: describeEvidence(coverage) }
}

const defaultSeed = 20_260_101
const defaultRuns = 300

/** Loaded when it is needed: most checks are exhaustive, and fast-check is large. */
const random = (): Promise<typeof Random> => import('./strategies/random.js')

async function exploreRandomly<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>): Promise<Finding> {
  const { explorer, judge, input } = setup
  const seed = options.seed ?? defaultSeed
  const budget = options.faults ?? {}
  const { describeInput, searchRandomly } = await random()
  const result = await searchRandomly(explorer, judge, { runs: options.runs ?? defaultRuns, seed, maxSteps: options.maxSteps ?? 1_000, faultEvery: 4, given: options.given, use: (value) => (input.current = value) })
  if (result.found !== undefined) {
    input.current = result.found.input
    return tellBroken(setup, result.found, undefined, options.given === undefined ? { seed } : { seed, input: describeInput(result.found.input) })
  }
  const coverage: Coverage = { strategy: 'random', complete: false, executions: result.executions, states: 0, schedules: 0, budget, faults: result.faults, seed }
  return judgeCoverage(coverage, result.deepest - beginning(options), result.rests)
}

/** Steps in which the system does nothing: how chance comes out is decided first. */
function beginning({ draws = [] }: { readonly draws?: readonly unknown[] }): number {
  return draws.length > 0 ? 1 : 0
}

/** Turns a mistake in the code under test into a finding, with the story so far. Everything else is passed on. */
async function misuse(setup: Setup, error: unknown): Promise<Finding> {
  if (!(error instanceof MisuseError)) throw error
  const { explorer } = setup
  const { choices } = explorer
  const story = error.kind === 'not-deterministic' ? undefined : await recordChoices(explorer, choices.slice(0, -1), { views: false }).catch(() => undefined)
  return { verdict: 'misuse', kind: error.kind, explanation: error.explanation, trace: story?.trace, ...siteOf(error) }
}

function siteOf(error: MisuseError): { readonly site?: string } {
  const site = error.kind === 'not-deterministic' ? undefined : callSite(error)
  return site === undefined ? {} : { site }
}

function unknown(coverage: Coverage | undefined, explanation: Explanation): Finding {
  return { verdict: 'unknown', coverage, explanation }
}
