import { faultNames, type FaultName } from './trace.js'

/** How many faults of each kind an execution may meet. A kind that is left out does not happen. */
export type FaultBudget = Partial<Readonly<Record<FaultName, number>>>

/** What each fault is called in a story and in a report: one, and several. */
export const faultWords: Readonly<Record<FaultName, readonly [one: string, several: string]>> = {
  crashes: ['crash', 'crashes'],
  copies: ['copy', 'copies'],
  lateCopies: ['late copy', 'late copies'],
  reorderings: ['reordering', 'reorderings'],
  delays: ['delayed message', 'delayed messages'],
  lostAcks: ['lost acknowledgement', 'lost acknowledgements'],
  lostRequests: ['lost request', 'lost requests'],
  lostResponses: ['lost response', 'lost responses'],
  ambiguousCommits: ['ambiguous commit', 'ambiguous commits'],
  ambiguousSends: ['ambiguous send', 'ambiguous sends'],
  refusals: ['refusal', 'refusals'],
  stalls: ['stall', 'stalls'],
  serverErrors: ['server error', 'server errors'],
  slowResponses: ['slow response', 'slow responses'],
}

/** "2 crashes", "1 lost response". */
export function countFaults(count: number, name: FaultName): string {
  return `${count.toLocaleString('en')} ${faultWords[name][count === 1 ? 0 : 1]}`
}

/** "1 crash, 1 lost response"; "no fault" when there is none. */
export function describeFaults(counts: FaultBudget): string {
  const parts = faultNames.flatMap((name) => {
    const count = counts[name] ?? 0
    return count > 0 ? [countFaults(count, name)] : []
  })
  return parts.length === 0 ? 'no fault' : parts.join(', ')
}
