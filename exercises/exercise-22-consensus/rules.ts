import type { Explanation } from '#lib/model-checker'
import { idle, majority, names, type Entry, type Name, type Rules, type Server, type State } from '#raft-world'

/** What a rule may not do, whatever it is for. */
export interface Mistake {
  readonly rule: keyof Rules
  readonly explanation: Explanation
}

/** Asks each rule about many servers, twice. */
export function firstMistake(rules: Rules, states: readonly State[]): Mistake | undefined {
  for (const name of names) {
    for (const state of states) {
      const mistake = mistakeOfRestart(rules, state[name], name) ?? mistakeOfVote(rules, state) ?? mistakeOfCommit(rules, { ...state[name], copies: copiesIn(state) })
      if (mistake) return mistake
    }
  }
  return undefined
}

/** What `committed` gets wrong about the smallest logs: one without an entry, and one whose only entry is of the leader's own term, and on all disks. */
export function firstMiscount(rules: Rules): Mistake | undefined {
  const leader = (log: readonly Entry[]): Server => ({ term: 1, votedFor: 's1', log, ...idle, role: 'leader', copies: { s1: log.length, s2: log.length, s3: log.length } })
  return mistakeOfCommit(rules, leader([])) ?? mistakeOfCommit(rules, leader([{ term: 1, command: 'Ada' }]), 1)
}

/** A repair that never elects anybody, or never commits anything, keeps every promise. These two are true in a Raft that works. */
export const live = (rules: Rules): Record<string, (state: State) => boolean> => ({
  /** In the next term somebody could get the votes of a majority, if all could hear it. */
  'somebody can be elected': (state) =>
    names.some((candidate) => names.filter((voter) => voter === candidate || rules.isUpToDate(state[candidate].log, state[voter].log)).length >= majority),
  'what a majority has can be committed': (state) =>
    names.map((name) => state[name]).every((server) => {
      const { role, term, log, copies } = server
      const had = Object.values(copies).filter((count) => count >= log.length).length >= majority
      return role !== 'leader' || log.at(-1)?.term !== term || !had || rules.committed(server) === log.length
    }),
})

function mistakeOfRestart(rules: Rules, server: Server, name: Name): Mistake | undefined {
  const after = rules.restarted({ ...server, votes: [name], copies: { s1: 1, s2: 1, s3: 1 }, votedFor: 's2' }, name)
  const other = rules.restarted({ ...server, role: server.role === 'leader' ? 'follower' : 'leader', votedFor: 's2' }, name)
  const wrong = (what: string, why: string, next: string): Mistake => ({ rule: 'restarted', explanation: { what, why, next } })
  if (after.log.length !== server.log.length || after.log.some((entry, index) => entry !== server.log[index]) || after.term < server.term) {
    return wrong('After a restart the log or the term is another one.', 'Both are on disk. A server that forgets what it has confirmed has lied to its leader.', 'Take term and log as they are.')
  }
  if (after.role !== 'follower' || after.votes.length > 0 || Object.values(after.copies).some((count) => count > 0) || JSON.stringify(after) !== JSON.stringify(other)) {
    return wrong('After a restart the server knows something that was only in memory.', 'Its process is gone. A leader that comes back must be elected again.', 'Only term, votedFor and log are on disk; for all else take "idle".')
  }
  return undefined
}

function mistakeOfVote(rules: Rules, { s1, s2 }: State): Mistake | undefined {
  const [answer, again] = [rules.isUpToDate(s1.log, s2.log), rules.isUpToDate(s1.log, s2.log)]
  if (typeof answer === 'boolean' && answer === again) return undefined
  return { rule: 'isUpToDate', explanation: { what: `Asked twice about the same two logs, it says ${String(answer)} and ${String(again)}.`, why: 'A vote is given or not, by what is in the logs alone.', next: 'Return true or false, and keep nothing outside of the function.' } }
}

function mistakeOfCommit(rules: Rules, leader: Server, least = 0): Mistake | undefined {
  const [count, again] = [rules.committed(leader), rules.committed(leader)]
  if (Number.isInteger(count) && count >= least && count <= leader.log.length && count === again) return undefined
  return {
    rule: 'committed',
    explanation: {
      what: `Of a log with ${leader.log.length === 1 ? '1 entry' : `${leader.log.length} entries`}${least === 0 ? '' : ', of its own term and on all disks,'} it calls ${String(count)}${count === again ? '' : `, and then ${String(again)},`} committed.`,
      why: `It is a number of entries, counted from the first, so it ${least === 0 ? 'lies between 0 and the length of the log' : `is ${least} here`}.`,
      next: 'Return how many entries are committed, not the index of the last one, which is one less.',
    },
  }
}

/** Some numbers that fit the logs. */
function copiesIn({ s1, s2, s3 }: State): Server['copies'] {
  return { s1: s1.log.length, s2: s2.log.length, s3: s3.log.length }
}
