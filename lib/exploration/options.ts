import { faultNames, HarnessError, MisuseError, type NodeDefinition } from '../simulation/index.js'
import type { CheckOptions } from './check.js'

const known = ['system', 'scenario', 'given', 'documents', 'faults', 'instances', 'always', 'atRest', 'limit', 'runs', 'seed', 'maxSteps', 'broker']

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
    throw new MisuseError('invalid-definition', {
      what: `The ${ordinal(index + 1)} part of the system is ${node === undefined ? 'missing' : 'not an endpoint or a service'}.`,
      why: 'The check imports it from your file by its name, and found nothing of that name there.',
      next: 'Look at the exports of your file: the name must be the one that it had in the beginning (export const orders = endpoint(…)).',
    })
  })
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
