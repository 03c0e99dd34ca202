import { explore, type CheckOptions, type Coverage } from '../exploration/index.js'
import type { FaultBudget, NodeDefinition } from '../simulation/index.js'

export interface Searched {
  readonly faults: FaultBudget
  readonly coverage: Coverage
  readonly milliseconds: number
}

/** A system to search, with a promise that it keeps. */
export interface Subject {
  readonly system: () => readonly NodeDefinition[]
  readonly scenario: CheckOptions['scenario']
  readonly instances: CheckOptions['instances']
  readonly atRest: CheckOptions['atRest']
}

/**
 * Searches a system exhaustively within a budget, and says how long it took.
 *
 * @throws Error when the promise is broken or the search is not complete: then there is nothing to measure.
 */
export async function searchAll(subject: Subject, faults: FaultBudget): Promise<Searched> {
  const begin = performance.now()
  // As a broker without a retry limit: near it, how often each message was delivered belongs to the state, and there is more to search.
  const finding = await explore({ ...subject, faults, limit: 400_000, broker: { maxDeliveries: 50 } })
  const milliseconds = performance.now() - begin
  if (finding.verdict !== 'passed') throw new Error(`The system that is measured does not pass: ${finding.verdict}`)
  return { faults, coverage: finding.coverage, milliseconds }
}
