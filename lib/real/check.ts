import type { Violation } from '../exploration/judge.js'
import type { DrawnScenario, WrittenCheck } from '../exploration/written-check.js'
import { faultNames, type Explanation, type Trace } from '../simulation/index.js'
import { free, type Conductor } from './conductor.js'
import type { Crew } from './crew.js'
import { countedAs, notThere, planFaults, stallOfService, type Planned } from './faults.js'
import type { Outcome } from './happening.js'
import type { Claim } from './leftovers.js'
import type { Services } from './services.js'
import { traceOf } from './trace.js'
import { makeWorld } from './instance.js'
import { runTrial, type Conditions } from './trial.js'

export interface Means {
  readonly services: Services
  readonly claim: Claim
  readonly crew: Crew
  /** Numbers the executions of a run. */
  readonly next: () => number
  /** Ends it. */
  readonly signal?: AbortSignal
  readonly onProgress?: (text: string) => void
  /** Executions of one check at most. Default 60. */
  readonly most?: number
}

/** What running a graded check for real came to, as plain data. */
export type RealFinding =
  | { readonly verdict: 'kept'; readonly evidence: string; readonly leftOut: readonly string[] }
  /** The only faults of its budget are such as do not happen here: it ran without them, and kept its promises. */
  | { readonly verdict: 'not here'; readonly product: boolean; readonly reasons: readonly string[]; readonly evidence: string; readonly leftOut: readonly string[] }
  | { readonly verdict: 'broken'; readonly violation: Violation; readonly trace: Trace; /** What was done to it: `killed after commit`. */ readonly fault: string; readonly run: number; readonly thrown: Outcome['thrown'] }
  | { readonly verdict: 'mistake' | 'unknown'; readonly explanation: Explanation; readonly fault: string; readonly leftOut?: readonly string[] }

/**
 * Runs a graded check for real: once without a fault; then with one fault of its budget, at each operation that was met without one. What it went
 * through is counted, and what it left out is said: this is no search, and never exhaustive.
 */
export async function checkForReal(check: WrittenCheck, means: Means): Promise<RealFinding> {
  const drawn = await check.draw(generated, seed)
  const tally = new Tally(check, means)
  const variants = conditionsOf(check.options)
  for (const [index, scenario] of drawn.entries()) {
    means.onProgress?.(drawn.length === 1 ? 'without a fault' : `without a fault, ${index + 1} of ${drawn.length}`)
    const plain = await tally.run(scenario, free)
    if (plain.finding !== undefined) return plain.finding
    if (plain.outcome.happened.length === 0) return nothingHappened
    const planned = index > 0 ? [] : planFaults(check.options.faults ?? {}, plain.outcome.happened)
    for (const variant of index > 0 ? [] : variants) {
      means.onProgress?.(variant.text)
      const { finding } = await tally.run(scenario, free, undefined, variant)
      if (finding !== undefined) return finding
    }
    const chosen = spread(planned, (means.most ?? mostRuns) - drawn.length - variants.length)
    tally.notRun += planned.length - chosen.length
    for (const [number, fault] of chosen.entries()) {
      means.onProgress?.(`${number + 1} of ${chosen.length}: ${fault.text}`)
      const finding = await tally.runUntilMet(scenario, fault)
      if (finding !== undefined) return finding
    }
  }
  const reasons = tally.missing()
  const leftOut = tally.leftOut(drawn.length)
  if (tally.isUnmet) return { ...noFaultMet(tally.evidence()), leftOut: [...reasons, ...leftOut] }
  if (tally.hasTried || reasons.length === 0) return { verdict: 'kept', evidence: tally.evidence(), leftOut: [...reasons, ...leftOut] }
  return { verdict: 'not here', product: reasons.some((reason) => reason.startsWith('not on RabbitMQ: ')), reasons, evidence: tally.evidence(), leftOut }
}

/** How many inputs are generated for a scenario that takes one. */
const generated = 3
const seed = 20_260_101
const mostRuns = 60

const nothingHappened: RealFinding = {
  verdict: 'unknown',
  fault: 'without a fault',
  explanation: { what: 'Nothing happened: no message was sent and no request was made.', why: 'Where nothing happens, every promise is kept. That would be luck, not evidence.', next: 'Look whether the scenario sends something to the system.' },
}

function noFaultMet(evidence: string): { readonly verdict: 'unknown'; readonly fault: string; readonly explanation: Explanation } {
  return {
    verdict: 'unknown',
    fault: evidence,
    explanation: { what: 'None of the faults that were planned could happen: in each of those runs the operation did not come again.', why: 'So nothing was learnt of what the check is about. Processes race, and who gets a message may change from run to run.', next: 'Run the command again; npm test tries every schedule in the simulator.' },
  }
}

/** A run without a fault, in which something else is not as usual. */
interface Variant extends Conditions {
  readonly text: string
  readonly counts: 'with clocks that differ' | 'with extreme random values'
}

/** Random values at their ends, and the clock of each process ahead and behind, one in each run. */
function conditionsOf({ draws = [], clockSkew = {}, ...options }: WrittenCheck['options']): readonly Variant[] {
  const chances = draws.flatMap((chance): Variant[] => (typeof chance === 'number' ? [] : [{ chance, text: `random values: always the ${chance}`, counts: 'with extreme random values' }]))
  if (Object.keys(clockSkew).length === 0) return chances
  const world = makeWorld(options)
  const clocks = world.slots.flatMap(({ node }, slot): Variant[] => {
    const bound = clockSkew[node.name] ?? 0
    return bound === 0 ? [] : [bound, -bound].map((milliseconds) => ({ skew: { slot, milliseconds }, text: `${node.name}: its clock is ${milliseconds > 0 ? 'ahead' : 'behind'}`, counts: 'with clocks that differ' }))
  })
  world.close()
  return [...chances, ...clocks]
}

/** So many of them, from the whole of the list. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  return Array.from({ length: Math.max(0, most) }, (_, index) => items[Math.floor((index * items.length) / most)]).flatMap((item) => (item === undefined ? [] : [item]))
}

/** Runs trials, and counts what they went through. */
class Tally {
  notRun = 0
  #plain = 0
  readonly #met: Planned[] = []
  readonly #missed: Planned[] = []
  readonly #variants: Variant[] = []
  /** Runs that were repeated, as their fault had not been met. */
  #repeated = 0
  #renewals = 0
  #jumps = 0
  readonly #unasked = new Map<string, string>()

  constructor(
    private readonly check: WrittenCheck,
    private readonly means: Means,
  ) {}

  /** Something of what the check is about was tried. */
  get hasTried(): boolean {
    return this.#met.length + this.#variants.length > 0
  }

  /** Faults were planned, and none was met. */
  get isUnmet(): boolean {
    return this.#missed.length > 0 && this.#met.length === 0
  }

  /** Processes race: what could not happen is tried once more. */
  async runUntilMet(scenario: DrawnScenario, planned: Planned): Promise<RealFinding | undefined> {
    const first = await this.run(scenario, planned.conductor(), planned)
    if (first.finding !== undefined || planned.met()) return first.finding
    this.#missed.pop()
    this.#repeated += 1
    return (await this.run(scenario, planned.conductor(), planned)).finding
  }

  async run(scenario: DrawnScenario, conductor: Conductor, planned?: Planned, variant?: Variant): Promise<{ readonly outcome: Outcome; readonly finding: RealFinding | undefined }> {
    const { services, claim, crew, next, signal } = this.means
    const outcome = await runTrial({ options: this.check.options, scenario, services, claim, crew, number: next(), conductor, signal, ...(variant === undefined ? {} : { conditions: variant }) })
    const fault = planned?.text ?? variant?.text ?? 'without a fault'
    if (variant !== undefined) this.#variants.push(variant)
    else if (planned === undefined) this.#plain += 1
    else if (planned.met()) this.#met.push(planned)
    else this.#missed.push(planned)
    this.#renewals += outcome.happened.filter(({ moment: { ask } }) => ask.verb === 'renew').length
    this.#jumps += outcome.jumps
    for (const [promise, reason] of outcome.unasked) this.#unasked.set(promise, reason)
    return { outcome, finding: this.#finding(outcome, fault) }
  }

  #finding({ violation, failure, happened, thrown }: Outcome, fault: string): RealFinding | undefined {
    if (failure !== undefined) return { verdict: failure.of === 'code' ? 'mistake' : 'unknown', explanation: failure.explanation, fault }
    if (violation === undefined) return undefined
    return { verdict: 'broken', violation, trace: traceOf(happened), fault, run: this.#runs, thrown }
  }

  get #runs(): number {
    return this.#plain + this.#variants.length + this.#met.length + this.#missed.length + this.#repeated
  }

  /** "31 runs on RabbitMQ 3.13.7 and PostgreSQL 16.4: 1 without a fault, 22 kills at 11 operations, 3 of 4 copies, 4 cut connections" */
  evidence(): string {
    const { versions } = this.means.services
    const runs = this.#runs
    const counts = countedAs.flatMap((name) => {
      const met = this.#met.filter(({ counts: counted }) => counted === name)
      const planned = met.length + this.#missed.filter(({ counts: counted }) => counted === name).length
      if (planned === 0) return []
      const places = new Set(met.map(({ place }) => place)).size
      return [`${met.length}${planned === met.length ? '' : ` of ${planned}`} ${planned === 1 ? singular(name) : name}${name === 'kills' && places > 0 ? ` at ${places} ${places === 1 ? 'operation' : 'operations'}` : ''}`]
    })
    const variants = (['with extreme random values', 'with clocks that differ'] as const).flatMap((name) => {
      const count = this.#variants.filter(({ counts: counted }) => counted === name).length
      return count === 0 ? [] : [`${count} ${name}`]
    })
    const parts = [`${this.#plain} without a fault`, ...variants, ...counts, ...(this.#repeated === 0 ? [] : [`${this.#repeated} again, as the fault could not happen`])]
    return `for real: ${runs} ${runs === 1 ? 'run' : 'runs'} on ${versions.broker} and ${versions.database}: ${parts.join(', ')}`
  }

  /** Why faults of the budget do not happen here. */
  missing(): readonly string[] {
    const received = this.check.options.system().some(({ kind }) => kind === 'endpoint')
    return faultNames.flatMap((fault) => {
      const reason = notThere[fault]
      if (reason === undefined || (this.check.options.faults?.[fault] ?? 0) === 0) return []
      return [fault === 'stalls' && !received ? stallOfService : reason]
    })
  }

  leftOut(scenarios: number): readonly string[] {
    const budget = Object.entries(this.check.options.faults ?? {}).filter(([, count]) => count > 0)
    const unasked = [...this.#unasked].map(([promise, reason]) => `"${promise}" was asked only at the end: not on RabbitMQ: ${reason}`)
    const most = Math.max(0, ...budget.map(([, count]) => count))
    return [
      ...unasked,
      ...(this.#renewals === 0 ? [] : [`not on RabbitMQ: a hold on a message that has to be renewed: ${this.#renewals} ${this.#renewals === 1 ? 'renewal' : 'renewals'} did nothing`]),
      ...(this.#missed.length === 0 ? [] : [`${this.#missed.length} ${this.#missed.length === 1 ? 'fault' : 'faults'} that could not happen, as processes raced: ${this.#missed.map(({ text }) => text).slice(0, 2).join('; ')}${this.#missed.length > 2 ? '; …' : ''}`]),
      ...(this.check.options.draws?.some((chance) => typeof chance === 'number') === true ? ['random values from chosen seeds: here they are really random'] : []),
      ...(this.notRun === 0 ? [] : [`${this.notRun} more runs with one fault each`]),
      ...(most > 1 || budget.length > 1 ? ['several faults in one run'] : []),
      ...(this.check.generated ? [`all but ${scenarios} of what can be generated, and all faults but in the first of them`] : []),
      ...(this.#jumps === 0 ? [] : [`waiting: the clocks of the processes were put forward ${this.#jumps === 1 ? 'once' : `${this.#jumps} times`}`]),
    ]
  }
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '')
}
