import { add, type Specification } from './model-checker/index.js'

/**
 * Exercise 22: what three servers that keep one list between them can do, and what can happen to them. It is given. The rules that they
 * follow are an attendee's.
 *
 * A request and the response to it are one step here. A lost message is a step that does not happen, a slow one a step that happens later.
 */
export type Name = 's1' | 's2' | 's3'

export const names: readonly Name[] = ['s1', 's2', 's3']

/** Two of three. Any two majorities have a server in common. */
export const majority = 2

/** One line of the list: what a client asked for, and the term of the leader that wrote it down. */
export interface Entry {
  readonly term: number
  readonly command: string
}

export interface Server {
  /** On disk: the number of the election that it last heard of, whom it gave its vote in that one, and its copy of the list. */
  readonly term: number
  readonly votedFor: Name | 'nobody'
  readonly log: readonly Entry[]
  /** In memory: what it is, who has voted for it, and how much of its list it knows to be on disk, and where. */
  readonly role: 'follower' | 'candidate' | 'leader'
  readonly votes: readonly Name[]
  readonly copies: Readonly<Record<Name, number>>
}

/** What a leader has told a client: "that is entry 1, and it will stay". `by` is the term of that leader. */
export interface Committed extends Entry {
  readonly index: number
  readonly by: number
}

export interface State extends Readonly<Record<Name, Server>> {
  readonly committed: readonly Committed[]
  /** How often each command was asked for. */
  readonly asked: Readonly<Record<string, number>>
  readonly restarts: number
}

export interface Bounds {
  readonly terms: number
  /** How many different commands clients ask for: Ada wants the car, then Ben does. */
  readonly commands: number
  readonly restarts: number
  /** How often a client that has heard nothing asks for the same again. */
  readonly again?: number
  /** Begin when s1 already leads in term 1, by the vote of s2. Somebody must be the first, and all are alike: it takes less time. */
  readonly led?: boolean
}

/** What a server decides. Nothing else is up to it. */
export interface Rules {
  /** What a server is after a restart: only what was on disk is still there. */
  restarted(server: Server, name: Name): Server
  /** Whether a voter with this log may give a candidate with that log its vote. */
  isUpToDate(candidate: readonly Entry[], voter: readonly Entry[]): boolean
  /** How many entries of its log, counted from the first, a leader may call committed. */
  committed(leader: Server): number
}

const none = { s1: 0, s2: 0, s3: 0 }

/** What a server has in memory when it is neither candidate nor leader. */
export const idle = { role: 'follower', votes: [], copies: none } as const

export function world(bounds: Bounds, rules: Rules): Specification<State> {
  const commands = ['Ada', 'Ben', 'Cleo'].slice(0, bounds.commands)
  const empty: Server = { term: 0, votedFor: 'nobody', log: [], ...idle }
  const first: State = { s1: empty, s2: empty, s3: empty, committed: [], asked: Object.fromEntries(commands.map((command) => [command, 0])), restarts: 0 }
  const voted: Server = { ...empty, term: 1, votedFor: 's1' }
  return {
    initial: [bounds.led === true ? { ...first, s1: { ...voted, role: 'leader' }, s2: voted } : first],
    terminal: () => true, // the bounds end it
    actions: {
      /** Somebody has not heard of a leader for too long, and stands for election in a new term. */
      *Timeout(state) {
        for (const name of names) {
          const { term, log, role } = state[name]
          if (role === 'leader' || term >= bounds.terms) continue
          yield { ...state, [name]: { ...idle, term: term + 1, votedFor: name, log, role: 'candidate', votes: [name] } }
        }
      },

      /** A candidate asks for a vote, and gets it. */
      *Vote(state) {
        for (const [candidate, voter] of pairs) {
          const { role, term, votes, log } = state[candidate]
          if (role !== 'candidate' || votes.includes(voter) || state[voter].term > term) continue
          const asked = hearing(state[voter], term)
          if (asked.votedFor !== 'nobody' && asked.votedFor !== candidate) continue
          if (!rules.isUpToDate(log, asked.log)) continue
          const all = names.filter((name) => name === voter || votes.includes(name))
          yield { ...state, [voter]: { ...asked, votedFor: candidate }, [candidate]: { ...state[candidate], votes: all } }
        }
      },

      /** A candidate that a majority has voted for leads. */
      *Win(state) {
        for (const name of names) {
          const { role, votes, log } = state[name]
          if (role !== 'candidate' || votes.length < majority) continue
          yield { ...state, [name]: { ...state[name], role: 'leader', votes: [], copies: { ...none, [name]: log.length } } }
        }
      },

      /** A client asks whoever leads, or believes that it does. */
      *Ask(state) {
        const [fresh] = commands.filter((command) => state.asked[command] === 0)
        const repeated = sum(Object.values(state.asked).map((times) => Math.max(0, times - 1)))
        const known = commands.filter((command) => state.asked[command] !== 0 && repeated < (bounds.again ?? 0))
        for (const name of names) {
          const { role, term, log, copies } = state[name]
          if (role !== 'leader') continue
          for (const command of [...(fresh === undefined ? [] : [fresh]), ...known]) {
            const leader = { ...state[name], log: [...log, { term, command }], copies: { ...copies, [name]: log.length + 1 } }
            yield { ...state, [name]: leader, asked: { ...state.asked, [command]: (state.asked[command] ?? 0) + 1 } }
          }
        }
      },

      /** A follower gets the first entry that it does not have; what it has in that place, and after it, goes. */
      *Copy(state) {
        for (const [leader, name] of pairs) {
          const { role, term, log, copies } = state[leader]
          if (role !== 'leader' || state[name].term > term) continue
          const follower = { ...hearing(state[name], term), ...idle }
          const equal = log.findIndex((entry, index) => entry.term !== follower.log[index]?.term)
          const has = equal < 0 ? log.length : equal
          const copied = has < log.length ? log.slice(0, has + 1) : follower.log
          const confirmed = Math.min(has + 1, log.length)
          yield { ...state, [name]: { ...follower, log: copied }, [leader]: { ...state[leader], copies: { ...copies, [name]: confirmed } } }
        }
      },

      /** A leader tells its clients what will stay. */
      *Commit(state) {
        for (const name of names) {
          const { role, term, log } = state[name]
          if (role !== 'leader') continue
          const told = log.slice(0, rules.committed(state[name])).map((entry, index) => ({ ...entry, index: index + 1, by: term }))
          const news = told.filter((entry) => !state.committed.some((known) => known.index === entry.index && isSame(known, entry)))
          if (news.length > 0) yield { ...state, committed: news.reduce(add<Committed>, state.committed) }
        }
      },

      ...(bounds.terms > 1 ? { Hear: hear } : {}),
      ...(bounds.restarts > 0 ? { Restart: (state) => restart(state, bounds, rules) } : {}),
    },
  }
}

/** A leader or a candidate hears of a newer term, and has no say any more. */
function* hear(state: State): Iterable<State> {
  for (const [other, name] of pairs) {
    if (state[name].role !== 'follower' && state[other].term > state[name].term) yield { ...state, [name]: hearing(state[name], state[other].term) }
  }
}

/** The power fails, and comes back. */
function* restart(state: State, bounds: Bounds, rules: Rules): Iterable<State> {
  if (state.restarts >= bounds.restarts) return
  for (const name of names) yield { ...state, [name]: rules.restarted(state[name], name), restarts: state.restarts + 1 }
}

export function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.term === other?.term && one?.command === other?.command
}

/** A server that hears of a newer term: it has given nobody its vote yet, and leads no more. */
function hearing(server: Server, term: number): Server {
  return term > server.term ? { term, votedFor: 'nobody', log: server.log, ...idle } : server
}

const pairs = names.flatMap((one) => names.flatMap((other) => (one === other ? [] : [[one, other] as const])))

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
