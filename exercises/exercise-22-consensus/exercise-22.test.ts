import { describe, test } from 'vitest'
import { check, evidence as counted, explain, ModelError, printTrace } from '#lib/model-checker'
import type { Explanation, Report, Specification, Trace } from '#lib/model-checker'
import { evidence, invariants, rules, specification, type Promised } from './raft.js'
import { reason } from './reasons.js'
import { firstMiscount, firstMistake, live } from './rules.js'
import { cost, everyState, keeps, promised, rightAnswer, told, type Question } from './states.js'
import { world, type Bounds, type State } from '#raft-world'

/**
 * First your promises are judged, with states of which everybody can say whether all is well; then your rules, with promises that are known to be
 * right; then what you found as evidence.
 */
describe('exercise 22 · consensus', () => {
  test('★ three servers elect a leader, and it commits what a client asks for', () => {
    const mistake = firstMiscount(rules)
    if (mistake) refuse(mistake.rule, mistake.explanation)
    const bounds = { terms: 1, commands: 1, restarts: 0 }
    judged(bounds, { ...specification(bounds), invariants: {}, sometimes: { 'a client is told that its entry will stay': ({ committed }) => committed.length > 0 } })
  })

  // The promises.
  for (const name of promised) {
    test(`★ ${name} knows a breach when it sees one, and raises no false alarm`, () => mustKnow(name))
    test(`★★ ${name} is right about every state, whoever led there`, () => mustAgree(name, invariants[name]))
  }

  // The rules, one after the other.
  test('★★ a restart loses what was in memory, and nothing that was on disk', mustObeyTheWorld)
  test('★★ a server restarts, and there is still one leader in a term', () => mustKeep({ terms: 1, commands: 1, restarts: 1 }))
  test('★★ somebody can always be elected, and what a majority has can be committed', () => mustWork({ terms: 2, commands: 2, restarts: 0 }))
  test('★★ a new leader knows what was committed before it', () => mustKeep({ terms: 3, commands: 2, restarts: 0, led: true }))

  // Two questions, with a run as evidence for each.
  test('★★★ a leader without a majority must refuse: here is a run', () => mustShow('mustRefuse', { terms: 2, commands: 1, restarts: 0 }))
  test('★★★ on top of a log, at least once is still at least once: here is a run', () => mustShow('doneTwice', { terms: 1, commands: 1, restarts: 0, again: 1 }))

  // All of it.
  test('★★★ in four terms, and with restarts, every promise is kept, and everything still works', () => {
    const all: readonly Bounds[] = [
      { terms: 2, commands: 2, restarts: 1 },
      { terms: 3, commands: 1, restarts: 2, led: true },
      { terms: 4, commands: 2, restarts: 0, led: true },
    ]
    console.log(['every promise is kept:', ...all.map((bounds) => `  ${described(bounds)}: ${counted(mustKeep(bounds, { ...live(rules), ...yours }))}`)].join('\n'))
  })
})

// --- what the words above mean ----------------------------------------------------------------------------------------

type Invariants = Record<string, (state: State) => boolean>

const agreed: Invariants = Object.fromEntries(promised.map((name) => [name, (state: State) => keeps(name, state)]))
const yours: Invariants = Object.fromEntries(promised.map((name) => [`your ${name}`, (state: State) => invariants[name](state)]))

const toLookFor: Record<Promised, string> = {
  ElectionSafety: 'Who has voted twice in this term, and what did it forget in between?',
  LogMatching: 'Which two servers wrote in one place in one term, and who let them?',
  LeaderCompleteness: 'Read the run from the end. Who voted for the leader that does not know? If that vote was right: who called the entry committed, and in which term was it written down?',
  StateMachineSafety: 'Read the run from the end. Who voted for the second of the two leaders, and what did that voter have in its log?',
}

function mustKnow(name: Promised): void {
  for (const [words, state] of Object.entries(told[name].broken)) {
    const answer = answerOf(invariants[name], state)
    if (answer !== false) refuse(name, { what: `${words}, and ${name} ${answer === true ? 'is true' : answer}.`, why: cost[name], next: 'What in this state breaks its sentence?' }, { state })
  }
  for (const [words, state] of Object.entries(told[name].well)) {
    const answer = answerOf(invariants[name], state)
    if (answer !== true) refuse(name, { what: `${words}: all is well, and ${name} ${answer === false ? 'is false' : answer}.`, why: 'An alarm that rings without a fire is soon switched off.', next: 'It asks for too much. Read its sentence once more, word by word.' }, { state })
  }
}

function mustAgree(name: Question, predicate: (state: State) => boolean): void {
  const states = everyState()
  const first = states.map((state) => answerOf(predicate, state))
  const again = states.toReversed().map((state) => answerOf(predicate, state)).toReversed()
  for (const [index, state] of states.entries()) {
    const right = rightAnswer(name, state)
    const answer = first[index]
    if (answer !== again[index]) {
      refuse(name, { what: `It was asked twice about the state below. First it was ${String(answer)}, then ${String(again[index])}.`, why: 'The checker goes through many runs at a time, so what it remembers belongs to none of them.', next: 'Let it depend on the state alone: no Set, Map, list or counter outside of it.' }, { state })
    }
    if (right === undefined || answer === right) continue
    const constant = first.every((each) => each === answer)
    refuse(name, {
      what: `In the state below it ${typeof answer === 'boolean' ? `is ${String(answer)}` : String(answer)}, and should be ${String(right)}: ${reason(name, right, state)}`,
      why: 'It does not matter whether any server can get there: it is asked about states, and says what is so.',
      next: constant ? `It is ${String(answer)} in all ${states.length.toLocaleString('en')} states that were tried. In which of them should it not be?` : 'Look at what it compares: which term, which place, whose log?',
    }, { state })
  }
}

function mustObeyTheWorld(): void {
  const mistake = firstMistake(rules, everyState())
  if (mistake) refuse(mistake.rule, mistake.explanation)
}

function mustKeep(bounds: Bounds, more: Invariants = {}): Report<State> {
  mustObeyTheWorld()
  return judged(bounds, { ...world(bounds, rules), invariants: { ...agreed, ...more } })
}

function mustWork(bounds: Bounds): void {
  mustObeyTheWorld()
  judged(bounds, { ...world(bounds, rules), invariants: live(rules) })
}

function mustShow(name: 'mustRefuse' | 'doneTwice', bounds: Bounds): void {
  mustAgree(name, evidence[name])
  const { findings } = check({ ...world(bounds, rules), invariants: { [name]: (state) => !evidence[name](state) } }, { maxStates: 500_000 })
  const trace = findings.find(({ name: found }) => found === name)?.trace
  if (!trace) {
    refuse(name, { what: 'No run leads to such a state.', why: 'Evidence is a run that can happen.', next: 'With rules that commit nothing, nothing can be contradicted. Repair the rules first.' })
  }
  console.log([`${name}, by the shortest run there is:`, printTrace(trace)].join('\n'))
}

function judged(bounds: Bounds, question: Specification<State>): Report<State> {
  const report = check(question, { maxStates: 500_000 })
  const [finding] = report.findings
  if (!finding) return report
  const name = promised.find((each) => each === finding.name)
  const explanation = name ? { ...finding.explanation, why: `${cost[name]} This run is possible, so it will happen; no shorter one breaks the promise.`, next: toLookFor[name] } : finding.explanation
  throw new ModelError(finding.kind, explanation, `${explain({ ...finding, explanation })}\n  (${described(bounds)})`)
}

function described({ terms, commands, restarts, led }: Bounds): string {
  const counting = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`
  return [counting(terms, 'term'), counting(commands, 'command'), counting(restarts, 'restart'), ...(led === true ? ['s1 leads in the first'] : [])].join(', ')
}

function answerOf(predicate: (state: State) => unknown, state: State): boolean | string {
  try {
    const answer = predicate(state)
    return typeof answer === 'boolean' ? answer : `answers ${String(answer)}`
  } catch (error) {
    return `throws ${String(error)}`
  }
}

function refuse(name: string, explanation: Explanation, shown: { readonly trace?: Trace<State>; readonly state?: State } = {}): never {
  throw new ModelError('invariant', explanation, explain({ kind: 'invariant', name, explanation, ...shown }))
}
