import { reportProgress } from '../progress.js'
import { ModelError } from './errors.js'
import * as explanations from './explanations.js'
import { Fingerprint, NotData, Parts, firstNotData } from './fingerprint.js'
import { Graph } from './graph.js'
import { growingVariables } from './growth.js'
import { findLasso } from './leads-to.js'
import type { Finding, Report } from './report.js'
import { same } from './sets.js'
import type { Invariant, LeadsTo, Predicate, Specification } from './specification.js'
import { StateTable } from './state-table.js'
import type { Trace, TraceStep } from './trace.js'

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
 * the states themselves are kept for two levels only.
 */
export class Search<S> {
  readonly #specification: Specification<S>
  readonly #limit: number
  readonly #actions: { readonly name: string; readonly next: (state: S) => Iterable<S>; generated: number; distinct: number }[]
  readonly #invariants: NamedInvariant<S>[]
  readonly #promises: NamedPromise<S>[]
  readonly #unreached: Map<string, Predicate<S>>
  readonly #fair: number[]
  readonly #fingerprint = new Fingerprint()
  readonly #table = new StateTable()
  readonly #graph: Graph | undefined
  readonly #levels: number[] = []
  readonly #findings: Finding<S>[] = []
  #found: S[] = []
  /** The fingerprints of the parts of each state in `#found`. */
  #foundParts = new Parts()
  #generated = 0
  /** What is being asked of the specification right now, for the answer when it throws. */
  #asking = ''
  #asked = ''
  #about: S | undefined

  constructor(specification: Specification<S>, limit: number) {
    this.#specification = specification
    this.#limit = limit
    this.#actions = Object.entries(specification.actions).map(([name, next]) => ({ name, next, generated: 0, distinct: 0 }))
    this.#invariants = Object.entries(specification.invariants ?? {}).map(named)
    this.#promises = Object.entries(specification.leadsTo ?? {}).map(([name, promise]) => ({ name, ...promise, truth: [] }))
    this.#unreached = new Map(Object.entries(specification.sometimes ?? {}))
    this.#graph = this.#promises.length > 0 ? new Graph() : undefined
    this.#fair = this.#fairActions()
  }

  run(): Report<S> {
    const started = performance.now()
    try {
      if (this.#searchAll()) this.#judge()
    } catch (error) {
      throw this.#explainFailure(error)
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
    this.#ask('the initial states', '')
    initial.forEach((state, choice) => {
      if (!this.#stopped()) this.#discover(state, -1, choice)
    })
    for (let number = 0; this.#found.length > 0 && !this.#stopped(); ) {
      const level = this.#found
      const parts = this.#foundParts
      this.#found = []
      this.#foundParts = new Parts()
      for (const state of level) {
        this.#fingerprint.loadBase(state, parts)
        this.#expand(state, number)
        if (this.#table.size > this.#limit) this.#findings.push(this.#limitReached())
        if (this.#stopped()) break
        number += 1
        if (number % 256 === 0) reportProgress()
      }
    }
    return !this.#stopped()
  }

  #stopped(): boolean {
    return this.#findings.length > 0
  }

  #expand(state: S, number: number): void {
    const before = this.#generated
    this.#graph?.nextSource()
    for (let index = 0; index < this.#actions.length; index += 1) {
      const action = this.#actions[index]
      if (!action) continue
      this.#ask('the action', action.name)
      this.#about = state
      const following = action.next(state)
      if (isEmptyList(following)) continue // most actions are not enabled in most states
      for (const next of following) {
        action.generated += 1
        if (this.#discover(next, number, index)) action.distinct += 1
        if (this.#findings.length > 0) return
        this.#ask('the action', action.name)
        this.#about = state
      }
    }
    if (number < 5000 || number % 16 === 0) this.#mustBeUnchanged(state, number)
    if (this.#generated > before) return
    this.#ask('the predicate', 'terminal')
    if (this.#specification.terminal && this.#truth(this.#specification.terminal(state))) return
    const trace = this.#traceTo(number)
    this.#findings.push({ kind: 'deadlock', name: 'deadlock', explanation: explanations.deadlock(trace.steps.length), trace })
  }

  /** Whether the state is new. An initial state has no parent (-1), and its place in place of the action. */
  #discover(state: S, parent: number, action: number): boolean {
    this.#generated += 1
    this.#about = state
    this.#fingerprint.takeNext(state)
    const { size } = this.#table
    const number = this.#table.findOrAdd(this.#fingerprint.lower, this.#fingerprint.upper, parent, action)
    if (parent >= 0) this.#graph?.addStep(action, number)
    if (number < size) return false
    this.#fingerprint.keepParts(this.#foundParts)
    if (this.#found.push(state) === 1) this.#levels.push(number)
    this.#inspect(state, number)
    return true
  }

  #inspect(state: S, number: number): void {
    for (const invariant of this.#invariants) {
      this.#ask('the invariant', invariant.name)
      if (invariant.when && !this.#truth(invariant.when(state))) continue
      invariant.relevant = true
      if (this.#truth(invariant.holds(state))) continue
      const trace = this.#traceTo(number)
      this.#findings.push({ kind: 'invariant', name: invariant.name, explanation: explanations.broken(invariant.name, trace), trace })
      return
    }
    for (const [name, predicate] of this.#unreached) {
      this.#ask('the predicate', name)
      if (this.#truth(predicate(state))) this.#unreached.delete(name)
    }
    for (const promise of this.#promises) {
      this.#ask('the promise', promise.name)
      promise.truth.push((this.#truth(promise.from(state)) ? 1 : 0) + (this.#truth(promise.to(state)) ? 2 : 0))
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
    const steps = [...this.#traceTo(lasso.first).steps]
    const begins = steps.length
    for (const { action, target } of [...lasso.prefix, ...lasso.loop]) steps.push(this.#step(steps, action, target))
    const loopsTo = lasso.loop.length === 0 ? 'stops' : begins + lasso.prefix.length - 1
    const trace = { steps, loopsTo } as const
    this.#findings.push({ kind: 'leads-to', name, explanation: explanations.notLedTo(name, begins, this.#fair.length > 0), trace })
  }

  #depths(): Int32Array {
    const depths = new Int32Array(this.#table.size)
    this.#levels.forEach((first, depth) => depths.fill(depth, first))
    return depths
  }

  #traceTo(number: number): Trace<S> {
    const path: number[] = []
    for (let state = number; state >= 0; state = this.#table.parentOf(state)) path.push(state)
    path.reverse()
    const steps: TraceStep<S>[] = []
    for (const state of path) {
      const action = this.#table.actionOf(state)
      if (this.#table.parentOf(state) >= 0) steps.push(this.#step(steps, action, state))
      else {
        const initial = this.#specification.initial[action]
        if (initial !== undefined) steps.push({ action: null, state: initial })
      }
    }
    return { steps }
  }

  /** Runs an action again, from the last step to the state with this number. */
  #step(steps: readonly TraceStep<S>[], index: number, target: number): TraceStep<S> {
    const last = steps.at(-1)
    const action = this.#actions[index]
    if (last && action) {
      for (const state of action.next(last.state)) {
        this.#fingerprint.take(state)
        if (this.#table.find(this.#fingerprint.lower, this.#fingerprint.upper) === target) return { action: action.name, state }
      }
    }
    throw new ModelError('specification', explanations.notDeterministic(action?.name ?? '?'))
  }

  #mustBeUnchanged(state: S, number: number): void {
    this.#fingerprint.take(state)
    if (this.#table.find(this.#fingerprint.lower, this.#fingerprint.upper) === number) return
    const culprit = this.#actions.find(({ next }) => {
      const copy = structuredClone(state)
      Array.from(next(copy))
      return !same(copy, state)
    })
    throw new ModelError('specification', explanations.changedInPlace(culprit?.name))
  }

  #limitReached(): Finding<S> {
    const last = this.#table.size - 1
    const samples = Array.from({ length: 16 }, (_, index) => Math.max(0, last - index * Math.ceil(this.#found.length / 16)))
    const paths = samples.map((state) => this.#traceTo(state).steps.map((step) => step.state))
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

  #ask(what: string, name: string): void {
    this.#asking = what
    this.#asked = name
  }

  #truth(answer: unknown): boolean {
    if (typeof answer === 'boolean') return answer
    throw new ModelError('specification', explanations.notBoolean(`${this.#asking} ${this.#asked}`, answer))
  }

  #explainFailure(error: unknown): ModelError {
    if (error instanceof ModelError) return error
    const asked = `${this.#asking} ${this.#asked}`.trim()
    const found = error instanceof NotData ? firstNotData(this.#about) : undefined
    if (found !== undefined) return new ModelError('specification', explanations.notData(asked, found))
    return new ModelError('specification', explanations.threw(asked, error, this.#about))
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
