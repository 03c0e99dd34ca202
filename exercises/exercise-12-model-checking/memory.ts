import type { State } from './message-handler.js'
import { everyState } from './states.js'

/** One question, and two answers. */
export interface Contradiction {
  readonly state: State
  readonly first: string
  readonly then: string
}

/**
 * A promise and a step depend on the state alone, so the order of the questions cannot matter. Here the same states are asked about in two
 * orders: with a message m8 from the smallest to the largest, and with a message m9 the other way round. Nobody has heard of these two
 * before, so whatever is kept in a variable outside shows, even if it never changes after the first question.
 */
export function contradiction(ask: (state: State) => unknown): Contradiction | undefined {
  const states = everyState().filter(({ failures }) => Object.keys(failures).length === 1)
  const answer = (state: State, message: string): string => renamed(textOf(() => ask(withMessage(message, state))), message, 'm8')
  const first = states.map((state) => answer(state, 'm8'))
  const backwards = states.toReversed().map((state) => answer(state, 'm9')).toReversed()
  const again = states.map((state) => answer(state, 'm8'))
  for (const [index, state] of states.entries()) {
    const then = [again[index], backwards[index]].find((text) => text !== first[index])
    if (then !== undefined) return { state: withMessage('m8', state), first: first[index] ?? '', then }
  }
  return undefined
}

function withMessage(message: string, state: State): State {
  return JSON.parse(renamed(JSON.stringify(state), 'm1', message)) as State
}

function renamed(text: string, from: string, to: string): string {
  return text.replaceAll(from, to)
}

/** What throws is told elsewhere; here it is an answer like any other. */
function textOf(ask: () => unknown): string {
  try {
    return JSON.stringify(ask()) ?? 'undefined'
  } catch (error) {
    return `threw ${String(error)}`
  }
}
