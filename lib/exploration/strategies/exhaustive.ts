import { faultNames, type FaultBudget, type FaultName, type Hash } from '../../simulation/index.js'
import { reportProgress } from '../../progress.js'
import type { Explorer, Point } from '../explorer.js'
import { StateGraph } from '../graph.js'
import type { Judge, Violation } from '../judge.js'

/**
 * Tries everything within a budget of faults, and never explores the same state twice.
 *
 * A live process cannot be compared with another, but a deterministic one is fully determined by what it has observed since it
 * started. So the state of the whole system is: the stores, the broker, the third parties, the faults met so far, and for each
 * process the history of its operations and their results. An execution that reaches a known state ends there; whatever could
 * follow has been, or will be, explored from where the state was met first. A crash empties a history, so that runs meet again
 * after it: exactly where trying every path explodes.
 *
 *     no fault   ─┬─ execution 1 ───────────────● rest
 *                 ├─ execution 2 ─────┐ known: ends
 *                 └─ …
 *     one fault  ─── from every state above, with every fault that is possible there
 *     two faults ─── …
 *
 * Budgets grow one fault at a time, so that the first broken promise is one that needs the fewest. A bound on faults is safe to
 * combine with visited states, other than sleep sets or a bound on preemptions (Godefroid 1996; Coons, Musuvathi, McKinley 2013).
 */
export interface ExhaustiveOptions {
  readonly budget: FaultBudget
  /**
   * Executions after which the search gives up, and says so. It does so earlier when it is certain that it would come to more: each choice that is
   * open costs at least one. A tenth of them it makes in any case, for what is broken is mostly found early.
   */
  readonly limit: number
  /** Steps after which an execution counts as one that never ends. */
  readonly maxSteps: number
  /**
   * `none` explores every path, known states or not; `states` no state twice; `states and orders` also leaves out orders that make no
   * difference, and instances that are in the same state.
   */
  readonly reduction: 'states and orders' | 'states' | 'none'
}

export interface SearchResult {
  readonly complete: boolean
  /** Executions that were still to be tried, at least, when it gave up. */
  readonly left: number
  readonly executions: number
  readonly states: number
  readonly transitions: number
  /** Executions that came to rest. */
  readonly rests: number
  readonly deepest: number
  /** How often each fault happened. */
  readonly faults: Readonly<Record<FaultName, number>>
  /** Full schedules that the executions stand for. */
  readonly schedules: number
  readonly found: Found | undefined
  /** How often each kind of step happened that needs no fault: whether anything was sent, committed, asked for at all. */
  readonly restarts: number
}

export interface Found {
  readonly violation: Violation
  readonly choices: readonly number[]
  /** How many faults are among them. */
  readonly faults: number
  /** The number of the execution that found it. */
  readonly execution: number
}

export async function searchExhaustively(explorer: Explorer, judge: Judge, options: ExhaustiveOptions): Promise<SearchResult> {
  // What code looks at (the clock, random values, a ledger) becomes part of the state when it is first seen to be looked at.
  for (let restarts = 0; ; restarts++) {
    const { watched } = explorer.world
    const search = new Search(explorer, judge, options, () => explorer.world.watched !== watched)
    const result = await search.run(restarts)
    if (result !== 'restart') return result
  }
}

class Search {
  readonly #graph = new StateGraph()
  readonly #known = new Map<Hash, number | number[]>()
  /** By number of faults: states from which something is still to be tried, each followed by what. */
  readonly #open: number[][] = []
  readonly #met = new FaultVectors()
  readonly #faults = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>
  readonly #vector: number[] = []
  /** By state: what need not be tried there as long as nobody minds the time. */
  readonly #spared = new Map<number, readonly Choice[]>()
  /** By transition: the message that failed. */
  readonly #retried = new Map<number, Hash>()
  /** How many executions there were before this search. */
  #before = 0
  /** Choices that are still to be tried. */
  #left = 0
  #rests = 0
  #deepest = 0
  #found: Found | undefined

  constructor(
    private readonly explorer: Explorer,
    private readonly judge: Judge,
    private readonly options: ExhaustiveOptions,
    private readonly mustRestart: () => boolean,
  ) {}

  async run(restarts: number): Promise<SearchResult | 'restart'> {
    const { explorer, options } = this
    const before = (this.#before = explorer.executions)
    const most = faultNames.reduce((sum, name) => sum + (options.budget[name] ?? 0), 0)
    for (let level = 0; level <= most; level++) this.#open.push([])
    let complete = true
    await this.#explore([], -1, 0)
    if (this.mustRestart()) return 'restart'
    for (const [level, items] of this.#open.entries()) {
      do {
        for (let choice = items.pop(); choice !== undefined && this.#found === undefined; choice = items.pop()) {
          if (this.#givesUp(explorer.executions - before)) {
            complete = false
            break
          }
          this.#left -= 1
          const state = items.pop() ?? 0
          await this.#explore(this.#graph.pathTo(state, choice), state, choice)
          if (this.mustRestart()) return 'restart'
        }
      } while (complete && this.#found === undefined && this.#opensCycles(level))
      if (complete && this.#found === undefined) this.#found = this.#findTrap(level)
      if (!complete || this.#found !== undefined) break
    }
    if (complete && this.#mayComeToLimit()) {
      explorer.world.observed.failures = true
      return 'restart'
    }
    return {
      complete: complete && this.#found === undefined,
      left: this.#left,
      executions: explorer.executions - before,
      states: this.#graph.states,
      transitions: this.#graph.transitions,
      rests: this.#rests,
      deepest: this.#deepest,
      faults: this.#faults,
      schedules: options.reduction === 'none' ? this.#rests : this.#graph.countSchedules(faultNames.map((name) => options.budget[name] ?? 0)),
      found: this.#found,
      restarts,
    }
  }

  /** One execution: along a known path, one step further, and on from there as long as everything is new. */
  async #explore(path: readonly number[], from: number, by: number): Promise<void> {
    let state = from
    let choice = by
    await this.explorer.run(path, (point) => {
      const vector = this.#vectorAt(state, point)
      this.#mindTime(point, state, vector)
      const key = point.execution.key()
      const known = this.options.reduction === 'none' ? undefined : this.#find(key, vector)
      if (known !== undefined) {
        this.#addTransition(state, known, point)
        if (vector === this.#vector[state]) this.#mindCircle(state, known)
        return undefined
      }
      const reached = this.#graph.addState(state, choice)
      this.#vector.push(vector)
      this.#remember(key, reached)
      if (state >= 0) this.#addTransition(state, reached, point)
      this.#deepest = Math.max(this.#deepest, point.depth)
      const violation = this.judge(point) ?? this.#tooLong(point)
      if (violation !== undefined) {
        this.#found = { violation, choices: this.explorer.choices, faults: this.#met.total(vector), execution: this.explorer.executions - this.#before }
        return undefined
      }
      const next = this.#postpone(point, reached, vector)
      if (point.regular === 0) {
        this.#rests += 1
        this.#graph.markResting(reached)
        return undefined
      }
      state = reached
      choice = next
      return next
    })
  }

  #addTransition(from: number, to: number, point: Point): void {
    const transition = this.#graph.addTransition(from, to, kindOf(point))
    const retried = point.performed?.alternative.retried
    if (retried !== undefined) this.#retried.set(transition, retried)
  }

  /**
   * A state that was met before with no more faults of any kind: whatever can follow now could follow then.
   */
  #find(key: Hash, vector: number): number | undefined {
    const states = this.#known.get(key)
    if (states === undefined) return undefined
    if (typeof states === 'number') return this.#met.covers(this.#vector[states] ?? 0, vector) ? states : undefined
    return states.find((state) => this.#met.covers(this.#vector[state] ?? 0, vector))
  }

  #remember(key: Hash, state: number): void {
    const states = this.#known.get(key)
    if (states === undefined) this.#known.set(key, state)
    else if (typeof states === 'number') this.#known.set(key, [states, state])
    else states.push(state)
  }

  /** Which faults have been met on the way here; counts the one that led here, if one did. */
  #vectorAt(state: number, point: Point): number {
    const fault = point.performed?.alternative.fault
    const before = state < 0 ? 0 : (this.#vector[state] ?? 0)
    if (fault === undefined) return before
    this.#faults[fault] += 1
    return this.#met.with(before, fault)
  }

  /**
   * Remembers what else could be done here.
   *
   * @returns what is done first.
   */
  #postpone(point: Point, state: number, vector: number): number {
    const { alternatives, execution } = point
    const { first, then } = this.options.reduction === 'states and orders' ? execution.needed(alternatives) : { first: [...alternatives.keys()], then: [] }
    const withFault = (index: number): Choice => ({ index, fault: alternatives[index]?.fault })
    if (then.length > 0) this.#spared.set(state, then.map(withFault))
    this.#keepOpen(state, vector, (point.regular > 0 ? first.slice(1) : first).map(withFault))
    return first[0] ?? 0
  }

  /** What is spared at a state is sound only for code that does not mind the time. */
  #mindTime({ execution }: Point, state: number, reached: number): void {
    const spared = execution.mindsTime ? this.#spared.get(state) : undefined
    if (spared === undefined) return
    this.#spared.delete(state)
    this.#keepOpen(state, this.#vector[state] ?? 0, spared, this.#met.total(reached))
  }

  /**
   * Where each of some states leads to the next in a circle, what is left out at all of them would be left out for ever. There it is tried after all
   * (the cycle proviso of ample sets: Peled 1993).
   *
   * @returns true when there is such a circle.
   */
  #opensCycles(level: number): boolean {
    if (this.#spared.size === 0) return false
    const circular = this.#graph.onCycles((state) => this.#spared.has(state))
    for (const state of circular) {
      const spared = this.#spared.get(state) ?? []
      this.#spared.delete(state)
      this.#keepOpen(state, this.#vector[state] ?? 0, spared, level)
    }
    return circular.length > 0
  }

  /**
   * How often a message has failed is no part of the state, as long as none fails so often that it is given up. A way back to where it was without a
   * fault can be gone again and again.
   */
  #mindCircle(state: number, known: number): void {
    const { observed } = this.explorer.world
    if (observed.failures || this.#retried.size === 0) return
    for (let at: number | undefined = state; at !== undefined && this.#vector[at] === this.#vector[state]; at = this.#graph.parent(at)) if (at === known) observed.failures = true
  }

  /** True when a message may fail so often that it is given up, and the states do not tell how often it has failed. */
  #mayComeToLimit(): boolean {
    const { world } = this.explorer
    const { failures, deliveries } = world.observed
    if (failures || deliveries || world.timeMatters || this.#retried.size === 0 || this.options.reduction === 'none') return false
    const budgets = faultNames.map((name) => this.options.budget[name] ?? 0)
    const isTooMany = (counts: (transition: number) => boolean): boolean => world.comesToLimit(this.#graph.heaviest(budgets, (transition) => (counts(transition) ? 1 : 0)))
    if (!isTooMany((transition) => this.#retried.has(transition))) return false
    return [...new Set(this.#retried.values())].some((message) => isTooMany((transition) => this.#retried.get(transition) === message))
  }

  /** To be tried without a fault soon, with one more fault after everything with fewer. */
  #keepOpen(state: number, vector: number, choices: readonly Choice[], soon = this.#met.total(vector)): void {
    for (const { index, fault } of [...choices].reverse()) {
      if (fault !== undefined && this.#met.count(vector, fault) >= (this.options.budget[fault] ?? 0)) continue
      this.#open[fault === undefined ? soon : Math.max(soon, this.#met.total(vector) + 1)]?.push(state, index)
      this.#left += 1
    }
  }

  #givesUp(executions: number): boolean {
    if (executions % telling === 0) reportProgress({ executions, states: this.#graph.states })
    return executions >= this.options.limit || (executions >= this.options.limit / 10 && executions + this.#left > this.options.limit)
  }

  #tooLong(point: Point): Violation | undefined {
    if (point.depth < this.options.maxSteps) return undefined
    return endless(`It was still busy after ${this.options.maxSteps.toLocaleString('en')} steps.`)
  }

  /** A state met again on the way is a cycle. When no way leads from it to rest but by a fault, the system goes on for ever. */
  #findTrap(faults: number): Found | undefined {
    if (this.options.reduction === 'none') return undefined
    const trap = this.#graph.findTrap((state) => this.#met.total(this.#vector[state] ?? 0) <= faults)
    if (trap === undefined) return undefined
    return { violation: endless('It does the same again and again, and nothing that can happen gets it out of there.'), choices: this.#graph.pathTo(trap), faults, execution: this.explorer.executions - this.#before }
  }
}

/** Executions between two reports to people who wait. */
const telling = 2_500

/** Something that can be done at a state, as its place among the alternatives. */
interface Choice {
  readonly index: number
  readonly fault: FaultName | undefined
}

function kindOf(point: Point): number {
  const fault = point.performed?.alternative.fault
  return fault === undefined ? -1 : faultNames.indexOf(fault)
}

function endless(sentence: string): Violation {
  return { kind: 'endless', promise: 'the system comes to rest', sentence }
}

/** How many faults of each kind were met, as a small number: equal counts, equal number. */
class FaultVectors {
  readonly #counts: Partial<Record<FaultName, number>>[] = [{}]
  readonly #totals: number[] = [0]
  readonly #ids = new Map<string, number>([['', 0]])

  with(vector: number, fault: FaultName): number {
    const counts = { ...this.#counts[vector], [fault]: this.count(vector, fault) + 1 }
    const text = faultNames.map((name) => (counts[name] === undefined ? '' : `${name}${counts[name]}`)).join('')
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.#counts.length
      this.#ids.set(text, id)
      this.#counts.push(counts)
      this.#totals.push(this.total(vector) + 1)
    }
    return id
  }

  /** True when `fewer` has no more of any kind than `more`. */
  covers(fewer: number, more: number): boolean {
    return fewer === more || faultNames.every((name) => this.count(fewer, name) <= this.count(more, name))
  }

  count(vector: number, fault: FaultName): number {
    return this.#counts[vector]?.[fault] ?? 0
  }

  total(vector: number): number {
    return this.#totals[vector] ?? 0
  }
}
