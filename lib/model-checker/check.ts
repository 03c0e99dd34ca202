import { ModelError } from './errors.js'
import { IdentityMatters } from './identity.js'
import { explain, type Report } from './report.js'
import { Search } from './search.js'
import type { Specification } from './specification.js'

export interface Options {
  /** Stop after this many distinct states, and answer "unknown". A million unless told. */
  readonly maxStates?: number
}

/**
 * Visits every reachable state, breadth first, so that the first counterexample is also a shortest one.
 * Throws a `ModelError` of kind `specification` when the specification is at fault; all other answers are in the report.
 */
export function check<S>(specification: Specification<S>, options: Options = {}): Report<S> {
  const { maxStates = 1_000_000 } = options
  try {
    return new Search(specification, maxStates).run()
  } catch (error) {
    if (!(error instanceof IdentityMatters)) throw error
    return new Search(specification, maxStates, Infinity).run()
  }
}

/** `check` for tests: throws the first finding as a `ModelError`, whether it is broken or unknown. */
export function verify<S>(specification: Specification<S>, options: Options = {}): Report<S> {
  const report = check(specification, options)
  const [finding] = report.findings
  if (finding) throw new ModelError(finding.kind, finding.explanation, explain(finding))
  return report
}
