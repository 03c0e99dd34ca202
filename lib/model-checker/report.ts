import type { Explanation, FindingKind } from './errors.js'
import { count } from './explanations.js'
import { printState, printTrace, type Trace } from './trace.js'

/** One thing that is wrong, or that keeps the checker from saying that all is well. */
export interface Finding<S> {
  readonly kind: FindingKind
  /** The invariant, promise or action concerned. */
  readonly name: string
  readonly explanation: Explanation
  /** A shortest run that shows it, where there is one. */
  readonly trace?: Trace<S>
  /** A state that shows it, where it does not matter how it came about. */
  readonly state?: S
}

/**
 * `holds`: every reachable state was seen, and all is well in each. `broken`: here is a run that shows it.
 * `unknown`: nothing is broken as far as was seen, but that proves too little, and the findings say why.
 */
export interface Report<S> {
  readonly verdict: 'holds' | 'broken' | 'unknown'
  readonly findings: readonly Finding<S>[]
  /** As TLC counts: initial states and next states, duplicates included. */
  readonly generated: number
  /** As TLC counts: the different ones among them. */
  readonly distinct: number
  /** As TLC counts: the number of states on the longest of all shortest paths, the initial state included. */
  readonly depth: number
  /** By action: how many next states it gave, and how many of these were new. */
  readonly actions: Readonly<Record<string, { readonly generated: number; readonly distinct: number }>>
  readonly milliseconds: number
}

/** A finding as text: the name, what happened with the shortest run that shows it, why it matters, what to do next. */
export function explain<S>({ kind, name, explanation, trace, state }: Finding<S>): string {
  const unknown = kind === 'limit' || kind === 'never-enabled' || kind === 'vacuous'
  return [
    `${unknown ? '?' : '✗'} ${name}`,
    wrap(explanation.what),
    ...(trace ? ['', printTrace(trace), ''] : []),
    ...(state === undefined ? [] : ['', printState(state), '']),
    wrap(explanation.why),
    wrap(explanation.next),
  ].join('\n')
}

/** Indented lines of at most 80 characters. */
function wrap(text: string): string {
  return text.replace(/(\S.{0,77})(?:\s+|$)/g, '  $1\n').trimEnd()
}

/** The evidence in one line, in TLC's terms. */
export function evidence<S>({ distinct, generated, depth, milliseconds }: Report<S>): string {
  return `${count(distinct, 'distinct state')}, ${generated.toLocaleString('en')} generated, depth ${depth}, ${Math.round(milliseconds)} ms`
}

/** The whole answer as text. */
export function describe<S>(report: Report<S>): string {
  const verdict = {
    holds: '✓ all promises hold in every reachable state',
    broken: '✗ a promise is broken',
    unknown: '? nothing is broken, but too little was seen to say that all is well',
  }[report.verdict]
  const actions = Object.entries(report.actions).map(
    ([name, { generated, distinct }]) => `    ${name}: ${distinct.toLocaleString('en')} new of ${generated.toLocaleString('en')}`,
  )
  return [...report.findings.map(explain), verdict, `  ${evidence(report)}`, ...actions].join('\n')
}
