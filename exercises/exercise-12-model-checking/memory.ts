import type { State } from './message-handler.js'
import { everyState, frozen } from './states.js'

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
  const { eights, nines } = (states ??= { eights: statesAbout('m8'), nines: statesAbout('m9') })
  const first = eights.map((state) => textOf(() => ask(state)))
  const backwards = nines.toReversed().map((state) => renamed(textOf(() => ask(state)), 'm9', 'm8')).toReversed()
  const again = eights.map((state) => textOf(() => ask(state)))
  for (const [index, state] of eights.entries()) {
    const then = [again[index], backwards[index]].find((text) => text !== first[index])
    if (then !== undefined) return { state, first: first[index] ?? '', then }
  }
  return undefined
}

/** The same for every question: nobody can change them. */
let states: { readonly eights: readonly State[]; readonly nines: readonly State[] } | undefined

function statesAbout(message: string): readonly State[] {
  return everyState()
    .filter(({ failures }) => Object.keys(failures).length === 1)
    .map((state) => frozen(JSON.parse(renamed(JSON.stringify(state), 'm1', message)) as State))
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
