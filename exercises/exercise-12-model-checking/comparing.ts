import type { Explanation } from '#lib/model-checker'
import type { Promised, State } from './message-handler.js'
import { cost, everyState, rightAnswer } from './states.js'

/** A state about which your promise and the agreed one do not say the same. */
export interface Disagreement {
  readonly state: State
  readonly explanation: Explanation
}

type Invariant = (state: State) => unknown

/** Asks an invariant about every state. The first state on which it is wrong is also the smallest. */
export function firstDisagreement(name: Promised, invariant: Invariant): Disagreement | undefined {
  const states = everyState()
  for (const state of states) {
    const right = rightAnswer(name, state)
    if (right === undefined) continue
    const answer = answerOf(invariant, state)
    if (answer === right.answer) continue
    if (typeof answer !== 'boolean') return { state, explanation: noAnswer(answer) }
    const next = whatToLookFor(answer, invariant, states)
    return { state, explanation: answer ? missed(name, right.because, next) : falseAlarm(right.because, next) }
  }
  return undefined
}

/** The rest of a sentence that leads to what is wrong in a state. */
export const whereToLook: Record<Promised, string> = {
  NoGhostMessages: 'which of queue, db and sent does not match the others?',
  NoLostMessages: 'which message is in failures, and not in queue any more? What was sent for it?',
  NoDuplicateProcessing: 'which message has more than one entry in db?',
  ConsistentOutput: 'which entry of sent says something else than db about the same message?',
}

/** What to say where a promise takes equal entries for different ones; undefined where that makes no difference. */
export function entriesCompared(invariant: Invariant, states: readonly State[]): string | undefined {
  return states.some((state) => answerOf(invariant, state) !== answerOf(invariant, withEqualEntriesShared(state)))
    ? 'It compares the entries themselves, with === or includes, and an entry of sent is never === an entry of db, even if both say the same. Compare their fields: message and decision.'
    : undefined
}

function withEqualEntriesShared(state: State): State {
  const known = new Map<string, State['db'][number]>()
  const shared = (list: State['db']) => list.map((entry) => {
    const key = JSON.stringify([entry.message, entry.decision])
    const same = known.get(key) ?? entry
    known.set(key, same)
    return same
  })
  return { ...state, db: shared(state.db), sent: shared(state.sent) }
}

const missed = (name: Promised, because: string, next: string | undefined): Explanation => ({
  what: `Your promise is true in the state below, and yet ${because}.`,
  why: `${cost[name]} It does not matter whether your handler can lead there: a promise is asked about states, not about handlers.`,
  next: next ?? `Look at the state: ${whereToLook[name]}`,
})

const falseAlarm = (because: string, next: string | undefined): Explanation => ({
  what: `Your promise is false in the state below, and yet all is well: ${because}.`,
  why: 'An alarm that rings without a fire is soon switched off. Whether your handler can lead there does not matter.',
  next: next ?? 'It asks for too much, or too early, or for what another promise is about.',
})

const noAnswer = (answer: string): Explanation => ({
  what: `Your promise ${answer} in the state below.`,
  why: 'Only true and false say whether all is well.',
  next: 'Look at the state, and evaluate the promise by hand. What is not in a list is undefined; a state must not be changed.',
})

/** What is wrong with the invariant as a whole, where its answers to all states tell. */
function whatToLookFor(wrongAnswer: boolean, invariant: Invariant, states: readonly State[]): string | undefined {
  const answers = states.map((state) => answerOf(invariant, state))
  if (answers.every((answer) => answer === wrongAnswer)) return `It is ${String(wrongAnswer)} in all ${states.length.toLocaleString('en')} states that were tried. In which of them should it not be?`
  const compared = entriesCompared(invariant, states)
  if (compared !== undefined) return compared
  if (!dependsOnlyOn(books(states), answers)) {
    return 'It answers differently about the same books when the handler is at another step, or has something else in hand. What others see is queue, db and sent: look only there.'
  }
  if (dependsOnlyOn(counts(states), answers)) {
    return 'Its answer depends only on how many entries there are. As many of each may still be about different messages: compare the entries.'
  }
  const byState = new Map(whole(states).map((text, index) => [text, answers[index]]))
  const unequal = swapped(states).some((text, index) => (byState.get(text) ?? answers[index]) !== answers[index])
  if (unequal) return 'With m1 and m2 exchanged it answers differently. A promise is about every message, and treats all alike.'
  return undefined
}

function dependsOnlyOn(parts: readonly string[], answers: readonly unknown[]): boolean {
  const known = new Map<string, unknown>()
  return parts.every((part, index) => {
    if (!known.has(part)) known.set(part, answers[index])
    return known.get(part) === answers[index]
  })
}

const books = textOfEach(({ handler: _, ...rest }) => rest)
const counts = textOfEach(({ failures, queue, db, sent }) => [Object.keys(failures).length, queue.length, db.length, sent.length])
const whole = textOfEach((state) => state)
const swapped = textOfEach(exchanged)

/** A part of each state, as text. The states are the same for every invariant, so it is worked out once. */
function textOfEach(part: (state: State) => unknown): (states: readonly State[]) => readonly string[] {
  let last: { states: readonly State[]; texts: readonly string[] } | undefined
  return (states) => {
    if (last?.states !== states) last = { states, texts: states.map((state) => JSON.stringify(part(state))) }
    return last.texts
  }
}

/** The same state, with m1 in the place of m2. */
function exchanged({ queue, failures, db, sent, handler }: State): State {
  const other = (message: string): string => (message === 'm1' ? 'm2' : message === 'm2' ? 'm1' : message)
  const outcomes = (list: State['db']) =>
    list.map(({ message, decision }) => ({ message: other(message), decision })).sort((a, b) => a.message.localeCompare(b.message) || a.decision - b.decision)
  return {
    queue: queue.map(other).sort(),
    failures: Object.fromEntries(Object.keys(failures).map((message) => [message, failures[other(message)] ?? 0])),
    db: outcomes(db),
    sent: outcomes(sent),
    handler: { ...handler, message: other(handler.message) },
  }
}

function answerOf(invariant: Invariant, state: State): boolean | string {
  try {
    const answer = invariant(state)
    return typeof answer === 'boolean' ? answer : `answers ${String(answer)}`
  } catch (error) {
    return `throws ${String(error)}`
  }
}
