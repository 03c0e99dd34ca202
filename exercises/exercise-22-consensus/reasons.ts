import { isSame, names, type Committed, type Entry, type Name, type Server, type State } from '#raft-world'
import type { Question } from './states.js'

/** Why a sentence is true or false in a state, with the names and numbers that are in it. `right` is what it is. */
export function reason(question: Question, right: boolean, state: State): string {
  return reasons[question](state, right)
}

const reasons: Record<Question, (state: State, right: boolean) => string> = {
  ElectionSafety(state, right) {
    if (right) return leading(state).length === 0 ? 'nobody leads.' : `${list(leading(state).map(({ name, term }) => `${name} leads in term ${term}`))}, and nobody else in that term.`
    const [one, other] = pairsOf(leading(state)).find(([a, b]) => a.term === b.term) ?? []
    return `${String(one?.name)} and ${String(other?.name)} both lead in term ${String(one?.term)}.`
  },

  LogMatching(state, right) {
    if (right) return 'where two logs differ, they have no entry of one term in one place from there on.'
    for (const [one, other] of pairsOf(servers(state))) {
      const last = one.log.findLastIndex(({ term }, index) => term === other.log[index]?.term)
      const place = one.log.findIndex((entry, index) => index <= last && !isSame(entry, other.log[index]))
      if (place >= 0) return `${one.name} and ${other.name} both have an entry of term ${String(one.log[last]?.term)} in place ${last + 1}, and in place ${place + 1} they differ.`
    }
    return 'two logs differ before a place in which they have an entry of one term.'
  },

  LeaderCompleteness(state, right) {
    const lacking = missing(state, leading(state))
    const wrong = lacking.find(({ server, told }) => told.by < server.term)
    if (!right && wrong) return `${wrong.server.name} leads in term ${wrong.server.term} and has ${inPlace(wrong)}, where the leader of term ${wrong.told.by} committed ${spoken(wrong.told)}.`
    const [late] = lacking
    if (late) return `${late.server.name} has ${inPlace(late)}, but leads in term ${late.server.term}, and that place was committed by the leader of term ${late.told.by}.`
    const [behind] = missing(state, servers(state))
    if (behind) return `${behind.server.name} has ${inPlace(behind)}, but does not lead.`
    return 'whoever leads has everything that was committed.'
  },

  StateMachineSafety({ committed }, right) {
    const [one, other] = pairsOf(committed).find(([a, b]) => a.index === b.index && (right || a.command !== b.command)) ?? []
    if (one === undefined || other === undefined) return 'no place was committed twice.'
    return `place ${one.index} was committed as ${spoken(one)}, and ${right ? 'again as the same' : `as ${spoken(other)}`}.`
  },

  mustRefuse(state, right) {
    const wrong = missing(state, leading(state)).find(({ server, told }) => server.log[told.index - 1]?.command !== told.command)
    if (right && wrong) return `${wrong.server.name} leads and has ${inPlace(wrong)}, and a client was told that it is ${wrong.told.command}'s.`
    if (leading(state).length === 0) return 'nobody believes that it leads.'
    return state.committed.length === 0 ? 'no client was told anything.' : 'whoever leads has in its log all that clients were told, in its place.'
  },

  doneTwice({ committed }, right) {
    const [one, other] = pairsOf(committed).find(([a, b]) => a.command === b.command && (!right || a.index !== b.index)) ?? []
    if (one === undefined || other === undefined) return 'nothing that a client asked for was committed more than once.'
    return right ? `${one.command}'s command was committed in places ${one.index} and ${other.index}.` : `${one.command}'s command was committed more than once, but in one place, ${one.index}.`
  },
}

interface Named extends Server {
  readonly name: Name
}

/** What was committed, and is not in somebody's log, in its place. */
interface Missing {
  readonly server: Named
  readonly told: Committed
}

function servers(state: State): readonly Named[] {
  return names.map((name) => ({ ...state[name], name }))
}

function leading(state: State): readonly Named[] {
  return servers(state).filter(({ role }) => role === 'leader')
}

function missing({ committed }: State, some: readonly Named[]): readonly Missing[] {
  return some.flatMap((server) => committed.filter((told) => !isSame(server.log[told.index - 1], told)).map((told) => ({ server, told })))
}

function inPlace({ server, told: { index } }: Missing): string {
  const found = server.log[index - 1]
  return `${found === undefined ? 'nothing' : spoken(found)} in place ${index}`
}

function spoken({ command, term }: Entry): string {
  return `${command} of term ${term}`
}

function pairsOf<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other] as const))
}

function list(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), parts.at(-1) ?? ''].filter(Boolean).join(', and ')
}
