/**
 * An explicit-state model checker: it visits every state that a specification can reach, and answers whether its promises hold in all of
 * them; if not, with a shortest run that shows it. What TLC does for TLA+, for specifications written in TypeScript.
 */
export { check, verify, type Options } from './check.js'
export { ModelError, type Explanation, type FindingKind } from './errors.js'
export { describe, evidence, explain, type Finding, type Report } from './report.js'
export { add, remove, same } from './sets.js'
export type { Action, Invariant, LeadsTo, Predicate, Specification } from './specification.js'
export { printTrace, type Trace, type TraceStep } from './trace.js'
