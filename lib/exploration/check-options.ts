import type fc from 'fast-check'
import type { BrokerSettings } from '../broker/index.js'
import { faultNames, HarnessError, MisuseError, type Chance, type FaultBudget, type NodeDefinition } from '../simulation/index.js'
import type { InitialDocuments, Scenario } from './scenario.js'
import type { Promises } from './view.js'

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
  /**
   * For code that draws random values: the ways in which `Math.random()` comes out. Every schedule is tried with each, for example
   * `['least', 'greatest', 1, 2]`. Without any, values come from one seed.
   */
  readonly draws?: readonly Chance[]
  /** How many processes run each part, where it differs from what the part itself says. */
  readonly instances?: Partial<Readonly<Record<Node['name'], number>>>
  /**
   * By how many milliseconds the clocks of a part's processes may differ from the true time, ahead or behind. What `Date.now()` and `performance.now()`
   * show is then wrong by nothing or by as much as that, for each process as long as it lives; a process that starts again may be wrong
   * in another way. Timers run at the right pace: they do not follow the clock on the wall. Default 0.
   */
  readonly clockSkew?: Partial<Readonly<Record<Node['name'], number>>>
  /**
   * How many milliseconds at most a part's process may stall though nobody waits for it: no lock, and no client. It costs a stall of `faults`. Without
   * it, a stall lasts until a lock or a client's patience is over.
   */
  readonly longestStall?: Partial<Readonly<Record<Node['name'], number>>>
  /** Promises after every step. */
  readonly always?: Promises<Node['name']>
  /** Promises when nothing is left to do. */
  readonly atRest?: Promises<Node['name']>
  /** Executions after which an exhaustive search gives up, or earlier when it is certain to come to more; the verdict is then unknown. Default 200,000. */
  readonly limit?: number
  /** Executions of a random search. Default 300. */
  readonly runs?: number
  readonly seed?: number
  /** Steps after which an execution counts as endless. Default 1,000. */
  readonly maxSteps?: number
  /** Times of the broker, in milliseconds, and its retry limit. */
  readonly broker?: Partial<BrokerSettings>
}

/** Executions: right code that does more than it has to stays below. */
export const defaultLimit = 200_000

const known = ['system', 'scenario', 'given', 'documents', 'faults', 'draws', 'instances', 'clockSkew', 'longestStall', 'always', 'atRest', 'limit', 'runs', 'seed', 'maxSteps', 'broker']

/** @throws HarnessError for a check that could not judge anything, or that was misspelt. */
export function checkOptions(options: Partial<Record<keyof CheckOptions, unknown>> & object): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw wrong(`check() has no option ${unknown.join(', ')}.`, 'It would have no effect.', `Its options are ${known.join(', ')}.`)
  for (const name of ['system', 'scenario'] as const) {
    if (typeof options[name] !== 'function') throw wrong(`check() was called without a ${name}.`, 'There is nothing to run.', `Write ${name}: a function.`)
  }
  if (count(options.always) + count(options.atRest) === 0) {
    throw wrong('check() was called without a promise.', 'Without a promise nothing can be broken, and every system would pass.', "Write at least one under always or atRest: { 'one order per cart': ({ stores }) => … }.")
  }
  const draws: unknown = options.draws ?? []
  if (!Array.isArray(draws) || new Set(draws).size < draws.length || !draws.every((draw) => draw === 'least' || draw === 'greatest' || Number.isInteger(draw))) {
    throw wrong(`check() was called with draws: ${JSON.stringify(draws)}.`, 'It says in which ways random values come out.', "Write a list of different ways: 'least', 'greatest', and seeds, which are whole numbers.")
  }
  for (const name of ['clockSkew', 'longestStall'] as const) {
    for (const [part, bound] of Object.entries(options[name] ?? {})) {
      if (typeof bound !== 'number' || !Number.isInteger(bound) || bound <= 0) throw wrong(`The ${name} of ${part} is ${String(bound)}.`, 'It is a time, in milliseconds.', 'Write a whole number above 0, or leave it out.')
    }
  }
  const faults = typeof options.faults === 'object' && options.faults !== null ? Object.entries(options.faults) : []
  for (const [name, budget] of faults) {
    if (!faultNames.some((fault) => fault === name)) throw wrong(`There is no fault called ${name}.`, 'It would never happen.', `Faults are ${faultNames.join(', ')}.`)
    if (typeof budget !== 'number' || !Number.isInteger(budget) || budget < 0) throw wrong(`The budget of ${name} is ${String(budget)}.`, 'A budget says how often a fault may happen in one execution.', 'Write a whole number.')
  }
}

function count(promises: unknown): number {
  return typeof promises === 'object' && promises !== null ? Object.keys(promises).length : 0
}

/** @throws MisuseError for a part that is not there: usually an export that is missing or has another name. */
export function checkSystem(nodes: readonly unknown[]): readonly NodeDefinition[] {
  return nodes.map((node, index) => {
    if (isNode(node)) return node
    if (node === undefined) {
      throw new MisuseError('invalid-definition', {
        what: `The ${ordinal(index + 1)} part of the system is missing.`,
        why: 'The check imports it from your file by its name, and found nothing of that name there.',
        next: 'Look at the exports of your file: the name must be the one that it had in the beginning (export const orders = endpoint(…)).',
      })
    }
    const found = describeExport(node)
    throw new MisuseError('invalid-definition', {
      what: `The ${ordinal(index + 1)} part of the system is ${found}, and not an endpoint or a service.`,
      why: 'The check imports it from your file by its name, and can only run what endpoint(…) or service(…) returns.',
      next: `Export it as it was in the beginning, ${found === 'a promise' ? 'without anything asynchronous around it' : 'with your handlers in it'}: export const orders = endpoint(…).`,
    })
  })
}

function describeExport(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Promise) return 'a promise'
  if (typeof value === 'function') return /^class\b/.test(Function.prototype.toString.call(value)) ? 'a class' : 'a function'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function isNode(node: unknown): node is NodeDefinition {
  return typeof node === 'object' && node !== null && 'install' in node && 'run' in node && 'name' in node
}

function ordinal(number: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][number - 1] ?? `${number}th`
}

function wrong(what: string, why: string, next: string): HarnessError {
  return new HarnessError({ what, why, next })
}
