/**
 * Three servers keep one list of who gets the car, so that it survives when one of them fails. They agree on it by Raft. What can
 * happen is in `lib/raft-world.ts`; read State, Rules, Copy and Commit there first. Here are the rules on which everything rests, and what they promise.
 */
import { idle, isSame, majority, names, world } from '#raft-world'
import type { Bounds, Entry, Rules, Server, State } from '#raft-world'

export const rules: Rules = {
  // TODO 2: what must still be known after a restart, so that all promises are kept?
  restarted: ({ term, log }) => ({ term, votedFor: 'nobody', log, ...idle }),

  // TODO 3: who may lead, and who must not? A longer list is not always the one that knows more.
  isUpToDate: (candidate, voter) => candidate.length >= voter.length,

  // TODO 4: when does a copy on a majority of disks mean that an entry will stay?
  committed({ log, copies }) {
    const index = log.findLastIndex((_, i) => Object.values(copies).filter((count) => count > i).length >= majority)
    return index + 1
  },
}

export type Promised = 'ElectionSafety' | 'LogMatching' | 'LeaderCompleteness' | 'StateMachineSafety'

// TODO 1: state the last two promises. Each is true in a state in which all is well.
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
  LeaderCompleteness: () => true,

  /** No two clients were told different things about one place in the list. */
  StateMachineSafety: () => true,
}

// TODO 5: two questions. Each is true in a state that is evidence for it.
export const evidence: Record<'mustRefuse' | 'doneTwice', (state: State) => boolean> = {
  /** Some server believes that it leads, and if it answered from its own log, it would contradict what clients were told. */
  mustRefuse: () => false,

  /** What one client asked for is committed in two places. */
  doneTwice: () => false,
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
