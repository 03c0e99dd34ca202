import fc from 'fast-check'
import type { Stores} from '../store/index.js';
import { prepare, insert } from '../store/index.js'
import type { BrokerSettings } from '../broker/index.js'
import type { HarnessError} from '../simulation/index.js';
import { callSite, MisuseError, World, type FaultBudget, type NodeDefinition, type Trace } from '../simulation/index.js'
import { describeThrown, parts } from '../system/index.js'
import { Explorer } from './explorer.js'
import { makeJudge, type Judge } from './judge.js'
import { checkOptions, checkSystem } from './options.js'
import { describeEvidence, describeFinding, type Coverage, type Finding, type TextOptions } from './report.js'
import { scenarioNode, type InitialDocuments, type Scenario } from './scenario.js'
import { searchExhaustively, type Found } from './strategies/exhaustive.js'
import { recordTwice } from './strategies/determinism.js'
import { searchRandomly } from './strategies/random.js'
import { recordChoices, recordSchedule, type Recording, type Schedule } from './strategies/replay.js'
import { findShortest, type Shortest } from './strategies/shortest.js'
import { makeView, type Promises } from './view.js'
import { withoutInterference } from './guards.js'

export interface CheckOptions<Node extends NodeDefinition = NodeDefinition, Input = undefined> {
  /** The parts of the system. Every execution gets fresh processes of them. */
  readonly system: () => readonly Node[]
  /** What happens from outside: clicks, and messages from elsewhere. Ends when it has nothing more to do. */
  readonly scenario: (scenario: Scenario, input: Input) => Promise<void>
  /** What generates the scenario's input. Schedules are then drawn at random, and input and schedule are made smaller together. */
  readonly given?: fc.Arbitrary<Input>
  /** What the stores hold before the scenario begins. */
  readonly documents?: Partial<Readonly<Record<Node['name'], InitialDocuments[string]>>>
  /** How many faults of each kind an execution may meet; everything within is tried. Default none. */
  readonly faults?: FaultBudget
  /** How many processes run each part, where it differs from what the part itself says. */
  readonly instances?: Partial<Readonly<Record<Node['name'], number>>>
  /** Promises after every step. */
  readonly always?: Promises<Node['name']>
  /** Promises when nothing is left to do. */
  readonly atRest?: Promises<Node['name']>
  /** Executions after which an exhaustive search gives up; the verdict is then unknown. Default 20,000. */
  readonly limit?: number
  /** Executions of a random search. Default 300. */
  readonly runs?: number
  readonly seed?: number
  /** Steps after which an execution counts as endless. Default 1,000. */
  readonly maxSteps?: number
  /** Times of the broker, in milliseconds, and its retry limit. */
  readonly broker?: Partial<BrokerSettings>
}

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
export function explore<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>): Promise<Finding> {
  return withSetup(options, async (setup) => {
    if (options.given !== undefined) setup.input.current = fc.sample(options.given, { numRuns: 1, seed: options.seed ?? defaultSeed })[0]
    const first = await recordTwice(setup.explorer, [], { views: false }).catch((error: unknown) => misuse(setup, error))
    if ('verdict' in first) return first
    try {
      return options.given === undefined ? await exploreExhaustively(setup, options) : await exploreRandomly(setup, options)
    } catch (error) {
      return misuse(setup, error)
    }
  })
}

/** Runs one schedule, in words, with the stores and queues after each step. */
export function replay<Node extends NodeDefinition, Input = undefined>(options: CheckOptions<Node, Input>, schedule: Schedule): Promise<Recording> {
  return withSetup(options, (setup) => recordSchedule(setup.explorer, schedule, { views: true }))
}

interface Setup {
  readonly explorer: Explorer
  readonly judge: Judge
  /** What the scenario gets. */
  readonly input: { current: unknown }
}

async function withSetup<Node extends NodeDefinition, Input, Result>(options: CheckOptions<Node, Input>, use: (setup: Setup) => Promise<Result>): Promise<Result> {
  checkOptions(options)
  let nodes: readonly NodeDefinition[]
  try {
    nodes = checkSystem(options.system())
  } catch (error) {
    if (error instanceof MisuseError) throw new CheckError({ verdict: 'misuse', kind: error.kind, explanation: error.explanation, trace: undefined, ...siteOf(error) }, describeFinding({ verdict: 'misuse', kind: error.kind, explanation: error.explanation, trace: undefined, ...siteOf(error) }))
    throw error
  }
  const input: Setup['input'] = { current: undefined }
  const world = new World([scenarioNode((scenario) => options.scenario(scenario, input.current as Input)), ...nodes], (options.instances ?? {}) as Record<string, number>)
  try {
    const { broker, stores } = parts(world)
    broker.settings = { ...broker.settings, ...options.broker }
    world.watchesEveryStep = Object.keys(options.always ?? {}).length > 0
    fill(stores, (options.documents ?? {}) as InitialDocuments)
    world.journal.forget()
    const explorer = new Explorer(world, { quiet: true, budget: options.faults ?? {} })
    const view = makeView(world, () => explorer.execution)
    const judge = makeJudge(view, (options.always ?? {}), (options.atRest ?? {}))
    return await withoutInterference(explorer, () => use({ explorer, judge, input }))
  } finally {
    world.close()
  }
}

function fill(stores: Stores, documents: InitialDocuments): void {
  for (const [service, collections] of Object.entries(documents)) {
    for (const [collection, members] of Object.entries(collections)) {
      for (const [id, value] of Object.entries(members)) stores.database(service).commit(prepare([insert(collection, id, value)]))
    }
  }
}

async function exploreExhaustively<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>): Promise<Finding> {
  const { explorer, judge } = setup
  const limits = { budget: options.faults ?? {}, limit: options.limit ?? 20_000, maxSteps: options.maxSteps ?? 1_000, reduction: 'states' as const }
  explorer.restart()
  const result = await searchExhaustively(explorer, judge, limits)
  if (result.found !== undefined) return broken(setup, result.found, limits)
  const coverage: Coverage = { strategy: 'exhaustive', complete: result.complete, executions: result.executions, states: result.states, schedules: result.schedules, budget: limits.budget, faults: result.faults }
  if (!result.complete) {
    return unknown(coverage, {
      what: `Not exhaustive: stopped after ${result.executions.toLocaleString('en')} executions, with more to try.`,
      why: 'What was not tried may break a promise, so this is no pass.',
      next: 'Raise the limit, lower the faults, or make the scenario smaller.',
    })
  }
  return judgeCoverage(coverage, result.deepest, result.rests)
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
      next: 'Look for something that goes on for ever, or raise maxSteps.',
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

async function exploreRandomly<Node extends NodeDefinition, Input>(setup: Setup, options: CheckOptions<Node, Input>): Promise<Finding> {
  const { explorer, judge, input } = setup
  const seed = options.seed ?? defaultSeed
  const budget = options.faults ?? {}
  const result = await searchRandomly(explorer, judge, { runs: options.runs ?? 300, seed, maxSteps: options.maxSteps ?? 1_000, faultEvery: 4, given: options.given, use: (value) => (input.current = value) })
  if (result.found !== undefined) {
    input.current = result.found.input
    return broken(setup, result.found, undefined, options.given === undefined ? { seed } : { seed, input: fc.stringify(result.found.input) })
  }
  const coverage: Coverage = { strategy: 'random', complete: false, executions: result.executions, states: 0, schedules: 0, budget, faults: result.faults, seed }
  return judgeCoverage(coverage, result.deepest, result.rests)
}

async function broken(setup: Setup, found: Found, limits: Parameters<typeof findShortest>[4] | undefined, random: { readonly seed?: number; readonly input?: string } = {}): Promise<Finding> {
  const { explorer } = setup
  explorer.restart()
  const count = await countFaults(explorer, found.choices)
  const shortest = limits === undefined || found.violation.kind === 'endless' ? { found, proved: false } : await shorten(setup, found, count, limits)
  const recording = await recordTwice(explorer, shortest.found.choices, { views: true })
  const thrown = (explorer.execution?.thrown ?? []).map(({ task, error }) => {
    const site = callSite(error)
    return `${task.process.node.name} threw ${describeThrown(error)} while handling ${task.label}${site === undefined ? '' : ` (${site})`}`
  })
  return {
    verdict: 'broken',
    violation: shortest.found.violation,
    trace: recording.trace,
    schedule: recording.schedule,
    brokenAt: recording.trace.steps.length,
    execution: found.execution,
    faults: countByName(recording.trace),
    shortest: shortest.proved,
    thrown: [...new Set(thrown)],
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
const proofLimit = 4_000

async function countFaults(explorer: Explorer, choices: readonly number[]): Promise<number> {
  const { trace } = await recordChoices(explorer, choices, { views: false })
  return trace.steps.filter((step) => step.fault !== undefined).length
}

function countByName(trace: Trace): FaultBudget {
  const counts: Record<string, number> = {}
  for (const { fault } of trace.steps) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1
  return counts
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

function unknown(coverage: Coverage | undefined, explanation: HarnessError['explanation']): Finding {
  return { verdict: 'unknown', coverage, explanation }
}
