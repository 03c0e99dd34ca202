import { idle, isSame, names } from '#raft-world'
import type { Committed, Entry, Name, Server, State } from '#raft-world'
import type { Promised } from './raft.js'

/**
 * The four promises and the two questions, as they are agreed, and many states to ask them about: including states that no Raft leads to. Yours are
 * compared with these, so read on only when they pass, or when you are stuck.
 */
export type Question = Promised | 'mustRefuse' | 'doneTwice'

export const promised: readonly Promised[] = ['ElectionSafety', 'LogMatching', 'LeaderCompleteness', 'StateMachineSafety']

/** What it costs when a promise is broken. */
export const cost: Record<Promised, string> = {
  ElectionSafety: 'Two servers lead in one term: each tells its own clients what will stay, and nobody is asked to choose.',
  LogMatching: 'A follower that compares only the last entry believes that its list is the same as the leader\'s, and it is not.',
  LeaderCompleteness: 'Whoever was told "the car is yours" is not on the list of the one who now decides, and will be written over.',
  StateMachineSafety: 'Two clients were told different things about one place in the list: one car, two buyers.',
}

/** What must be answered about a state; undefined where the sentence leaves room. */
export function rightAnswer(question: Question, state: State): boolean | undefined {
  const [mild, strict] = [mildest[question](state), strictest[question](state)]
  return mild === strict ? mild : undefined
}

export function keeps(name: Promised, state: State): boolean {
  return mildest[name](state)
}

type Rule = (state: State) => boolean

const exact = {
  ElectionSafety: (state: State) => leaders(state).every((one) => leaders(state).every((other) => one === other || one.term !== other.term)),
  LogMatching: (state: State) =>
    logs(state).every((one) =>
      logs(state).every((other) => one.every((entry, index) => entry.term !== other[index]?.term || one.slice(0, index + 1).every((each, place) => isSame(each, other[place])))),
    ),
  doneTwice: ({ committed }: State) => committed.some((one) => committed.some((other) => one.command === other.command && one.index !== other.index)),
}

const sameCommand = (one: Entry | undefined, other: Entry | undefined): boolean => one?.command === other?.command
const all = ({ committed }: State, holds: (one: Committed, other: Committed) => boolean): boolean =>
  committed.every((one) => committed.every((other) => one.index !== other.index || holds(one, other)))
const contradicts = (state: State, same: typeof isSame): boolean =>
  leaders(state).some(({ log }) => state.committed.some((entry) => !same(log[entry.index - 1], entry)))

/** Is the same buyer, written down in another term, the same entry? Does a leader's own term count? Some say so; in between anything goes. */
const mildest: Record<Question, Rule> = {
  ...exact,
  LeaderCompleteness: (state) => leaders(state).every(({ term, log }) => state.committed.every((entry) => entry.by >= term || isSame(log[entry.index - 1], entry))),
  StateMachineSafety: (state) => all(state, sameCommand),
  mustRefuse: (state) => contradicts(state, sameCommand),
}

const strictest: Record<Question, Rule> = {
  ...exact,
  LeaderCompleteness: (state) => leaders(state).every(({ term, log }) => state.committed.every((entry) => entry.by > term || isSame(log[entry.index - 1], entry))),
  StateMachineSafety: (state) => all(state, isSame),
  mustRefuse: (state) => contradicts(state, isSame),
}

function leaders(state: State): readonly Server[] {
  return names.map((name) => state[name]).filter(({ role }) => role === 'leader')
}

function logs(state: State): readonly (readonly Entry[])[] {
  return names.map((name) => state[name].log)
}

// --- a few states that a sentence describes -----------------------------------------------------------------------------

const [ada, ben, cleo] = [{ term: 1, command: 'Ada' }, { term: 2, command: 'Ben' }, { term: 3, command: 'Cleo' }]

function stateWith(servers: Partial<Record<'s1' | 's2' | 's3', Partial<Server>>>, committed: readonly Committed[] = []): State {
  const server = (change: Partial<Server> = {}): Server => ({ term: Math.max(1, change.log?.at(-1)?.term ?? 0), votedFor: 'nobody', log: [], ...idle, ...change })
  return { s1: server(servers.s1), s2: server(servers.s2), s3: server(servers.s3), committed, asked: { Ada: 1, Ben: 1 }, restarts: 0 }
}

/** States in which all is well, for each promise, and states in which it is not; each with what a person would say about it. */
export const told: Record<Promised, { readonly well: Readonly<Record<string, State>>; readonly broken: Readonly<Record<string, State>> }> = {
  ElectionSafety: {
    well: {
      's2 leads in term 2, and s1, which led in term 1, has not heard of it': stateWith({ s1: { role: 'leader' }, s2: { role: 'leader', term: 2 } }),
      'two candidates stand for election in one term': stateWith({ s1: { role: 'candidate', votes: ['s1'] }, s2: { role: 'candidate', votes: ['s2'] } }),
      'nobody leads': stateWith({}),
    },
    broken: { 's1 and s2 both lead in term 1': stateWith({ s1: { role: 'leader' }, s2: { role: 'leader' } }) },
  },
  LogMatching: {
    well: {
      's1 and s3 wrote down different things in different terms': stateWith({ s1: { log: [ada] }, s3: { log: [ben] } }),
      's2 has not got as far as s1': stateWith({ s1: { log: [ada, ben] }, s2: { log: [ada] } }),
    },
    broken: {
      's1 and s2 have different commands in place 1, both of term 1': stateWith({ s1: { log: [ada] }, s2: { log: [{ term: 1, command: 'Ben' }] } }),
      's1 and s2 agree on entry 2, and not on entry 1': stateWith({ s1: { log: [ada, ben] }, s2: { log: [{ term: 1, command: 'Cleo' }, ben] } }),
    },
  },
  LeaderCompleteness: {
    well: {
      's1 led in term 1 and does not know what the leader of term 2 has committed': stateWith({ s1: { role: 'leader' }, s2: { term: 2, log: [ben] } }, [{ ...ben, index: 1, by: 2 }]),
      's1 led in term 2 and lacks an entry of term 1 that the leader of term 3 has committed': stateWith({ s1: { role: 'leader', term: 2 }, s2: { role: 'leader', log: [ada, cleo] }, s3: { log: [ada, cleo] } }, [
        { ...ada, index: 1, by: 3 },
        { ...cleo, index: 2, by: 3 },
      ]),
      's3 lacks what was committed, and does not lead': stateWith({ s1: { role: 'leader', log: [ada] }, s2: { log: [ada] } }, [{ ...ada, index: 1, by: 1 }]),
      's2 leads and has an entry that nobody has committed': stateWith({ s2: { role: 'leader', log: [ada] } }),
    },
    broken: {
      's3 leads in term 2 and lacks what was committed in term 1': stateWith({ s1: { log: [ada] }, s2: { log: [ada] }, s3: { role: 'leader', term: 2 } }, [{ ...ada, index: 1, by: 1 }]),
      's3 leads in term 3 and has something else in place 1': stateWith({ s1: { log: [ada] }, s2: { log: [ada] }, s3: { role: 'leader', term: 3, log: [ben] } }, [{ ...ada, index: 1, by: 1 }]),
    },
  },
  StateMachineSafety: {
    well: { 'two entries are committed': stateWith({ s1: { log: [ada, ben] }, s2: { log: [ada, ben] } }, [{ ...ada, index: 1, by: 1 }, { ...ben, index: 2, by: 2 }]) },
    broken: { 'place 1 was committed as Ada\'s, and later as Ben\'s': stateWith({ s1: { log: [ada] }, s2: { log: [ben] }, s3: { log: [ben] } }, [{ ...ada, index: 1, by: 1 }, { ...ben, index: 1, by: 2 }]) },
  },
}

// --- every kind of state ------------------------------------------------------------------------------------------------

const entry = (text: string): Entry => ({ term: Number(text[0]), command: text[1] === 'A' ? 'Ada' : 'Ben' })
const someLogs = ['', '1A', '1B', '2A', '2B', '1A 2B', '1B 2B', '1A 1B', '1A 2A', '1A 1B 2A', '1B 1B 2A'].map((text) => text.split(' ').filter(Boolean).map(entry))
const someCommitted = [...someLogs, ...['1A', '1B', '2A'].map((text) => [entry(text)])]

/** A few thousand states, the smallest first; the same ones each time. */
export function everyState(): readonly State[] {
  return (states ??= Array.from({ length: 4_000 }, makeState).sort((one, other) => sizeOf(one) - sizeOf(other)))
}

let states: readonly State[] | undefined
let seed = 1

/** The generator of Park and Miller (1988). */
function pick<T>(from: readonly T[]): T {
  seed = (seed * 48_271) % 2_147_483_647
  const picked = from[seed % from.length]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

/** Nothing in it is of a term that none of its servers has heard of, and no log has an entry newer than its server's term. */
function makeState(): State {
  const by = (entries: readonly Entry[]): readonly Committed[] => entries.map((each, index) => ({ ...each, index: index + 1, by: Math.max(each.term, pick([1, 2, 3])) }))
  const both = [...by(pick(someCommitted)), ...by(pick(someCommitted))]
  const committed = pick([[], both, both.slice(0, 1), both.slice(0, 2)])
  const newest = pick(names)
  const server = (name: Name): Server => {
    const log = pick(someLogs)
    const term = Math.max(pick([1, 1, 2, 2, 3]), log.at(-1)?.term ?? 0, ...(name === newest ? committed.map((told) => told.by) : []))
    return { term, votedFor: 'nobody', log, ...idle, role: pick(['follower', 'follower', 'leader', 'candidate']) }
  }
  return { s1: server('s1'), s2: server('s2'), s3: server('s3'), committed, asked: { Ada: 1, Ben: 1 }, restarts: 0 }
}

function sizeOf(state: State): number {
  return names.reduce((sum, name) => sum + 2 * state[name].log.length + state[name].term + (state[name].role === 'follower' ? 0 : 1), 2 * state.committed.length)
}
