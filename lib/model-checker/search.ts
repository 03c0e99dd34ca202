import { reportProgress } from '../progress.js'
import { Asking } from './asking.js'
import { ModelError, SettledError } from './errors.js'
import * as explanations from './explanations.js'
import { Graph } from './graph.js'
import { growingVariables } from './growth.js'
import { Guard } from './guard.js'
import { IdentityMatters } from './identity.js'
import { KeptStates } from './kept-states.js'
import { findLasso } from './leads-to.js'
import { Paths } from './paths.js'
import type { Finding, Report } from './report.js'
import type { Invariant, LeadsTo, Predicate, Specification } from './specification.js'
import { StateTable } from './state-table.js'

interface NamedInvariant<S> {
  readonly name: string
  readonly when: Predicate<S> | undefined
  readonly holds: Predicate<S>
  relevant: boolean
}

interface NamedPromise<S> extends LeadsTo<S> {
  readonly name: string
  /** By state: bit 0 for `from`, bit 1 for `to`. */
  readonly truth: number[]
}

/**
 * One search through all reachable states, level by level. What lies behind a state (its parent and the action) goes into typed arrays;
 * the states themselves are kept for two levels only, and in parts.
 */
export class Search<S> {
  readonly #specification: Specification<S>
  readonly #limit: number
  readonly #actions: { readonly name: string; readonly next: (state: S) => Iterable<S>; generated: number; distinct: number }[]
  readonly #invariants: NamedInvariant<S>[]
  readonly #promises: NamedPromise<S>[]
  readonly #unreached: Map<string, Predicate<S>>
  readonly #fair: number[]
  readonly #table = new StateTable()
  readonly #states = new KeptStates<S>()
  readonly #paths: Paths<S>
  readonly #guard: Guard<S>
  readonly #asking = new Asking<S>()
  readonly #graph: Graph | undefined
  readonly #levels: number[] = []
  readonly #findings: Finding<S>[] = []
  #generated = 0
  /** Of the fingerprints of the next states that the action at hand has given so far. */
  #sum = 0

  constructor(specification: Specification<S>, limit: number, asGiven?: number) {
    this.#specification = specification
    this.#limit = limit
    this.#actions = Object.entries(specification.actions).map(([name, next]) => ({ name, next, generated: 0, distinct: 0 }))
    this.#invariants = Object.entries(specification.invariants ?? {}).map(named)
    this.#promises = Object.entries(specification.leadsTo ?? {}).map(([name, promise]) => ({ name, ...promise, truth: [] }))
    this.#unreached = new Map(Object.entries(specification.sometimes ?? {}))
    this.#graph = this.#promises.length > 0 ? new Graph() : undefined
    this.#fair = this.#fairActions()
    this.#paths = new Paths(specification, this.#table, this.#states)
    this.#guard = new Guard(specification, this.#table, this.#states, asGiven)
  }

  /** Throws `IdentityMatters` when states must be given back as they are: then search again, with an endless number of `asGiven`. */
  run(): Report<S> {
    const started = performance.now()
    try {
      if (this.#searchAll()) this.#judge()
    } catch (error) {
      throw this.#secondThought(error)
    }
    const broken = this.#findings.some(({ kind }) => !['vacuous', 'never-enabled', 'limit'].includes(kind))
    return {
      verdict: broken ? 'broken' : this.#findings.length > 0 ? 'unknown' : 'holds',
      findings: this.#findings,
      generated: this.#generated,
      distinct: this.#table.size,
      depth: this.#levels.length,
      actions: Object.fromEntries(this.#actions.map(({ name, generated, distinct }) => [name, { generated, distinct }])),
      milliseconds: performance.now() - started,
    }
  }

  /** Whether all reachable states were seen; if not, a finding says why. */
  #searchAll(): boolean {
    const initial = this.#specification.initial
    if (initial.length === 0) throw new ModelError('specification', explanations.noInitialState)
    this.#asking.ask('the initial states', '')
    initial.forEach((state, choice) => {
      if (!this.#stopped()) this.#discover(state, -1, choice)
    })
    let number = 0
    for (let level = this.#states.startLevel(); level > 0 && !this.#stopped(); level = this.#states.startLevel()) {
      for (const end = number + level; number < end; number += 1) {
        this.#expand(this.#states.next(number, this.#guard.isGiven(number)), number)
        if (this.#table.size > this.#limit) this.#findings.push(this.#limitReached())
        if (this.#stopped()) break
        if (number % 256 === 255) reportProgress()
      }
      if (this.#states.kept === 0 || this.#stopped() || this.#guard.isTimeToLook(number)) this.#guard.partsMustBeUnchanged(number)
    }
    return !this.#stopped()
  }

  #stopped(): boolean {
    return this.#findings.length > 0
  }

  #expand(state: S, number: number): void {
    const before = this.#generated
    const sums: number[] | undefined = this.#guard.isAskedAgain(number) ? [] : undefined
    this.#graph?.nextSource()
    for (let index = 0; index < this.#actions.length; index += 1) {
      const action = this.#actions[index]
      if (!action) continue
      this.#asking.ask('the action', action.name)
      this.#asking.about = state
      this.#sum = 0
      const following = action.next(state)
      if (!isEmptyList(following)) { // most actions are not enabled in most states
        for (const next of following) {
          action.generated += 1
          if (this.#discover(next, number, index)) action.distinct += 1
          if (this.#findings.length > 0) return
          this.#asking.ask('the action', action.name)
          this.#asking.about = state
        }
      }
      sums?.push(this.#sum)
    }
    this.#guard.mustBeUnchanged(state, number)
    if (sums) this.#guard.mustAnswerTheSame(state, sums)
    if (this.#generated > before) return
    this.#asking.ask('the predicate', 'terminal')
    if (this.#specification.terminal && this.#asking.truth(this.#specification.terminal(state))) return
    const trace = this.#paths.to(number)
    if (this.#guard.isMade(number) && !this.#guard.isStuck(trace.steps.at(-1)?.state)) throw new IdentityMatters()
    this.#findings.push({ kind: 'deadlock', name: 'deadlock', explanation: explanations.deadlock(trace.steps.length), trace })
  }

  /** Whether the state is new. An initial state has no parent (-1), and its place in place of the action. */
  #discover(state: S, parent: number, action: number): boolean {
    this.#generated += 1
    this.#asking.about = state
    this.#states.enter(state)
    this.#sum = (this.#sum + this.#states.lower) | 0
    const { size } = this.#table
    const number = this.#table.findOrAdd(this.#states.lower, this.#states.upper, parent, action)
    if (parent >= 0) this.#graph?.addStep(action, number)
    if (number < size) return false
    if (this.#states.keep(state, number, this.#guard.isGiven(number)) === 1) this.#levels.push(number)
    this.#inspect(state, number)
    return true
  }

  #inspect(state: S, number: number): void {
    for (const invariant of this.#invariants) {
      this.#asking.ask('the invariant', invariant.name)
      if (invariant.when && !this.#asking.truth(invariant.when(state))) continue
      invariant.relevant = true
      if (this.#asking.truth(invariant.holds(state))) continue
      const trace = this.#paths.to(number)
      const last = trace.steps.at(-1)
      if (this.#guard.isMade(number) && last && invariant.holds(last.state) && !invariant.holds(state)) throw new IdentityMatters()
      this.#findings.push({ kind: 'invariant', name: invariant.name, explanation: explanations.broken(invariant.name, trace), trace })
      return
    }
    for (const [name, predicate] of this.#unreached) {
      this.#asking.ask('the predicate', name)
      if (this.#asking.truth(predicate(state))) this.#unreached.delete(name)
    }
    for (const promise of this.#promises) {
      this.#asking.ask('the promise', promise.name)
      promise.truth.push((this.#asking.truth(promise.from(state)) ? 1 : 0) + (this.#asking.truth(promise.to(state)) ? 2 : 0))
    }
  }

  /** After the search: what only the whole graph can tell. */
  #judge(): void {
    for (const name of this.#unreached.keys()) this.#findings.push({ kind: 'unreached', name, explanation: explanations.unreached(name) })
    for (const promise of this.#promises) this.#judgePromise(promise)
    for (const { name, generated } of this.#actions) {
      if (generated === 0) this.#findings.push({ kind: 'never-enabled', name, explanation: explanations.neverEnabled(name) })
    }
    for (const { name, relevant } of this.#invariants) {
      if (!relevant) this.#findings.push({ kind: 'vacuous', name, explanation: explanations.vacuous(name) })
    }
  }

  #judgePromise({ name, truth }: NamedPromise<S>): void {
    if (!this.#graph) return
    if (!truth.some((bits) => (bits & 1) !== 0)) {
      this.#findings.push({ kind: 'vacuous', name, explanation: explanations.vacuous(name) })
      return
    }
    const depths = this.#depths()
    const lasso = findLasso({
      graph: this.#graph,
      depth: (state) => depths[state] ?? 0,
      from: (state) => ((truth[state] ?? 0) & 1) !== 0,
      to: (state) => ((truth[state] ?? 0) & 2) !== 0,
      fair: this.#fair,
    })
    if (!lasso) return
    const steps = [...this.#paths.to(lasso.first).steps]
    const begins = steps.length
    for (const { action, target } of [...lasso.prefix, ...lasso.loop]) steps.push(this.#paths.step(steps, action, target))
    const loopsTo = lasso.loop.length === 0 ? 'stops' : begins + lasso.prefix.length - 1
    const trace = { steps, loopsTo } as const
    this.#findings.push({ kind: 'leads-to', name, explanation: explanations.notLedTo(name, begins, this.#fair.length > 0), trace })
  }

  #depths(): Int32Array {
    const depths = new Int32Array(this.#table.size)
    this.#levels.forEach((first, depth) => depths.fill(depth, first))
    return depths
  }

  /** What went wrong with states that were made again counts only if it goes wrong with those that the specification has made. */
  #secondThought(error: unknown): unknown {
    if (error instanceof IdentityMatters) return error
    if (!this.#guard.isMade(this.#table.size - 1)) return this.#asking.failure(error)
    this.#guard.partsMustBeUnchanged(0)
    return error instanceof SettledError ? error : new IdentityMatters()
  }

  #limitReached(): Finding<S> {
    const last = this.#table.size - 1
    const samples = Array.from({ length: 16 }, (_, index) => Math.max(0, last - index * Math.ceil(this.#states.kept / 16)))
    const paths = samples.map((state) => this.#paths.to(state).steps.map((step) => step.state))
    return { kind: 'limit', name: 'limit', explanation: explanations.limit(this.#limit, this.#levels.length, growingVariables(paths)) }
  }

  #fairActions(): number[] {
    const names = this.#actions.map(({ name }) => name)
    const fair = this.#specification.fairness ?? []
    if (fair === 'every action') return names.map((_, index) => index)
    return fair.map((name) => {
      if (!names.includes(name)) throw new ModelError('specification', explanations.unknownAction(name, names))
      return names.indexOf(name)
    })
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function named<S>([name, invariant]: [string, Invariant<S>]): NamedInvariant<S> {
  return typeof invariant === 'function'
    ? { name, when: undefined, holds: invariant, relevant: true }
    : { name, ...invariant, relevant: false }
}
