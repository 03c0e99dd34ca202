/**
 * Near miss: no place is committed twice. A new leader may well commit again what was committed before it; only something else would be wrong.
 *
 * Caught by: ★★ StateMachineSafety is right about every state
 * Because: and again as the same.
 */
import { idle, isSame, majority, names, world } from '#raft-world'
import type { Bounds, Entry, Rules, Server, State } from '#raft-world'

export const rules: Rules = {
  // The vote is written to disk before it is given: one vote per server and term, whatever happens.
  restarted: ({ term, votedFor, log }) => ({ term, votedFor, log, ...idle }),

  // Whoever has the newer last entry knows more; of two with the same last term, whoever has more entries.
  isUpToDate: (candidate, voter) =>
    lastTerm(candidate) > lastTerm(voter) || (lastTerm(candidate) === lastTerm(voter) && candidate.length >= voter.length),

  // Copies say something only about entries of the leader's own term. What stands before such an entry is committed with it.
  committed({ term, log, copies }) {
    const index = log.findLastIndex((entry, i) => entry.term === term && Object.values(copies).filter((count) => count > i).length >= majority)
    return index + 1
  },
}

function lastTerm(log: readonly Entry[]): number {
  return log.at(-1)?.term ?? 0
}

export type Promised = 'ElectionSafety' | 'LogMatching' | 'LeaderCompleteness' | 'StateMachineSafety'

export const invariants: Record<Promised, (state: State) => boolean> = {
  /** There is at most one leader in a term. */
  ElectionSafety(state) {
    const terms = leaders(state).map(({ term }) => term)
    return new Set(terms).size === terms.length
  },

  /** When two logs have an entry with the same index and term, they are the same up to that entry. */
  LogMatching: (state) =>
    logs(state).every((one) =>
      logs(state).every((other) => {
        const last = one.findLastIndex((entry, index) => entry.term === other[index]?.term)
        return one.slice(0, last + 1).every((entry, index) => isSame(entry, other[index]))
      }),
    ),

  /** What was committed in a term is in the log of every leader of a later term, in its place. */
  LeaderCompleteness: (state) =>
    leaders(state).every(({ term, log }) => state.committed.every((entry) => entry.by >= term || isSame(log[entry.index - 1], entry))),

  /** No two clients were told different things about one place in the list. */
  StateMachineSafety: ({ committed }) =>
    new Set(committed.map(({ index }) => index)).size === committed.length,
}

/** Two questions, and a state as evidence for each. */
export const evidence: Record<'mustRefuse' | 'doneTwice', (state: State) => boolean> = {
  /** Some server believes that it leads, and if it answered from its own log, it would contradict what clients were told. */
  mustRefuse: (state) => leaders(state).some(({ log }) => state.committed.some((entry) => !isSame(log[entry.index - 1], entry))),

  /** What one client asked for is committed in two places. */
  doneTwice: ({ committed }) => committed.some((one) => committed.some((other) => one.command === other.command && one.index !== other.index)),
}

function leaders(state: State): readonly Server[] {
  return names.map((name) => state[name]).filter(({ role }) => role === 'leader')
}

function logs(state: State): readonly (readonly Entry[])[] {
  return names.map((name) => state[name].log)
}

/** All of it together. There is nothing to do here. */
export function specification(bounds: Bounds) {
  return { ...world(bounds, rules), invariants }
}
