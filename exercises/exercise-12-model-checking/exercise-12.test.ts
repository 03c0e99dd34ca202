import { describe, test } from 'vitest'
import { check, evidence, explain, ModelError } from '#lib/model-checker'
import type { Explanation, Report, Specification, Trace } from '#lib/model-checker'
import { entriesCompared, firstDisagreement, whereToLook } from './comparing.js'
import { handler, plainlyWrong, right, withoutBench, type Effect } from './handlers.js'
import { contradiction } from './memory.js'
import { invariants, specification, type Promised, type State } from './message-handler.js'
import { cost, decisionsAbout, keeps, names } from './states.js'
import { firstMistake } from './transitions.js'

/**
 * First your promises are judged, with handlers that are known to be right or wrong, and with every state; then your handler, with promises
 * that are known to be right. So neither can hide behind the other.
 */
describe('exercise 12 · model-checking', () => {
  // The promises, and handlers that are plainly right or wrong.
  for (const name of names) {
    test(`★ ${name} raises no false alarm`, () => {
      mustNotRemember(name)
      for (const [story, effects] of Object.entries(right)) mustAccept(name, story, effects)
    })
    test(`★ ${name} notices a handler that breaks it`, () => {
      for (const [story, effects] of Object.entries(plainlyWrong[name])) mustNotice(name, story, effects)
    })
  }

  // The promises, and every state.
  for (const name of names) {
    test(`★★ ${name} is right about every state, whoever led there`, () => mustAgree(name))
  }

  // The handler, with one message and one failure.
  for (const name of names) test(`★★ the handler, with one message and one failure, keeps ${name}`, () => mustKeep(name, { messages: 1, failures: 1 }))
  test('★★ the handler still fails, before and after everything it does', () => {
    const one = { messages: 1, failures: 1 }
    judged(one, { ...specification(one), invariants: {}, sometimes: failuresThatMustHappen(one) })
  })
  test('★★ a failure makes the handler forget everything, and a step changes the database or the broker, never both', () => {
    for (const messages of [1, 2]) for (const failures of [1, 2]) mustBePossible({ messages, failures })
  })
  test('★★ the handler handles the message in the end, and your own promises agree', () => {
    const one = { messages: 1, failures: 1 }
    judged(one, { ...specification(one), ...messagesMustBeHandled(one) })
  })

  // The handler, with up to three messages and three failures of each.
  test('★★★ with up to three messages and three failures of each, the handler keeps all promises, fails wherever it can, and handles every message', () => {
    const rows = [1, 2, 3].map((messages) =>
      [1, 2, 3].map((failures) => {
        const bounds = { messages, failures }
        const asked = messagesMustBeHandled(bounds)
        const sometimes = { ...failuresThatMustHappen(bounds), ...asked.sometimes }
        return judged(bounds, { ...specification(bounds), ...asked, sometimes })
      }),
    )
    console.log(table(rows))
  })
})

// --- what the words above mean ----------------------------------------------------------------------------------------

type Bounds = Parameters<typeof specification>[0]

const toLookFor: Record<Promised, string> = {
  NoGhostMessages: 'What was sent before it was in the database? Which step came too early?',
  NoLostMessages: 'The message has left the queue, and nothing was sent for it. Which step was left out, or came too late?',
  NoDuplicateProcessing: 'Two changes for one message: what should the later attempt have looked up before it changed anything?',
  ConsistentOutput: 'Compare what was sent with what the database says. Which attempt decided each, and what should the later one have looked up?',
}

function mustAccept(name: Promised, story: string, effects: readonly Effect[]): void {
  const { findings } = check({ ...handler(effects), invariants: { [name]: (state) => invariants[name](state) } })
  const trace = findings[0]?.trace
  if (!trace) return
  refuse(name, {
    what: `This is a false alarm, in a handler that is right: it ${story}.`,
    why: 'Your promise is false in the last state. An alarm that rings without a fire is soon switched off.',
    next: entriesCompared((state) => invariants[name](state), trace.steps.map(({ state }) => state)) ?? 'It asks for too much, or too early: what may still be under way in the last state?',
  }, { trace: withoutBench(trace) })
}

function mustNotice(name: Promised, story: string, effects: readonly Effect[]): void {
  if (check({ ...handler(effects), invariants: { [name]: (state) => invariants[name](state) } }).verdict === 'broken') return
  const trace = check({ ...handler(effects), invariants: { [name]: (state) => keeps(name, state) } }).findings[0]?.trace
  refuse(name, {
    what: `Your promise found nothing wrong with a handler that ${story}.`,
    why: `It is true in every state, including the last one here. ${cost[name]}`,
    next: `Look at the last state: ${whereToLook[name]}`,
  }, trace && { trace: withoutBench(trace) })
}

function mustAgree(name: Promised): void {
  mustNotRemember(name)
  const found = firstDisagreement(name, (state) => invariants[name](state))
  if (found) refuse(name, found.explanation, found)
}

/** Whoever has passed is not asked again: an answer can only be compared with the first one while nobody has heard of the messages in the question. */
const remembersNothing = new Set<string>()

function mustNotRemember(name: Promised): void {
  if (remembersNothing.has(name)) return
  const found = contradiction((state) => invariants[name](state))
  if (!found) return void remembersNothing.add(name)
  refuse(name, {
    what: `Your promise was asked more than once about the state below. First it said ${found.first}, then ${found.then}.`,
    why: 'So it remembers something between two questions, and no run that it is shown with would mean anything: the checker goes through many runs at a time.',
    next: 'Let it depend on the state alone: no Set, Map, list or counter outside of the function.',
  }, { state: found.state })
}

function mustKeep(name: Promised, bounds: Bounds): void {
  judged(bounds, { ...specification(bounds), invariants: { [name]: (state) => keeps(name, state) } })
}

/** Steps that keep something outside of the state would be shown in runs that are not possible. */
function stepsMustNotRemember(bounds: Bounds): void {
  const who = `${bounds.messages} × ${bounds.failures}`
  if (remembersNothing.has(who)) return
  const { actions, initial } = specification(bounds)
  const [first] = initial
  for (const [name, step] of Object.entries(actions)) {
    const found = contradiction((state) => Array.from(step({ ...first, ...state, handler: { ...first?.handler, ...state.handler } })))
    if (!found) continue
    refuse(name, {
      what: `The step ${name} was asked more than once how the state below may go on, and its answers differ.`,
      why: 'So it remembers something outside of the state. No failure would erase that, and the checker, which goes through many runs at a time, would show you runs that are not possible.',
      next: 'Keep everything in the state: no Set, Map, list or counter outside of it. What must survive a failure belongs in the database.',
    }, { state: found.state })
  }
  remembersNothing.add(who)
}

function mustBePossible(bounds: Bounds): void {
  stepsMustNotRemember(bounds)
  const mistake = firstMistake(specification(bounds), bounds.failures)
  if (mistake) refuse('the handler', mistake.explanation, { trace: withFailuresNamed(mistake.trace, 'fails') })
}

/** A repair that lets the handler fail less has repaired nothing. */
function failuresThatMustHappen(bounds: Bounds): Record<string, (state: State) => boolean> {
  const failed = (state: State, holds: (committed: boolean, sent: boolean) => boolean) =>
    state.handler.at === 'Receive' &&
    state.queue.some((message) => {
      const has = (list: State['db']) => decisionsAbout(message, list).length > 0
      return (state.failures[message] ?? 0) > 0 && holds(has(state.db), has(state.sent))
    })
  return {
    'a failure before the commit': (state) => failed(state, (committed) => !committed),
    'a failure after the commit and before anything is sent': (state) => failed(state, (committed, sent) => committed && !sent),
    'a failure after sending and before the acknowledgement': (state) => failed(state, (committed, sent) => committed && sent),
    'every message fails as often as it may': ({ failures }) => Object.values(failures).every((count) => count === bounds.failures),
    'the last attempt decides something of its own': ({ db }) => db.some(({ decision }) => decision === bounds.failures + 1),
  }
}

/** A repair that handles fewer messages has repaired nothing either. */
function messagesMustBeHandled(bounds: Bounds): Omit<Specification<State>, 'initial' | 'actions'> {
  const messages = Array.from({ length: bounds.messages }, (_, index) => `m${index + 1}`)
  const all = (list: State['db']) => messages.every((message) => decisionsAbout(message, list).length > 0)
  return {
    invariants: Object.fromEntries(names.map((name) => [name, (state: State) => keeps(name, state) && invariants[name](state)])),
    sometimes: {
      'every message is committed, sent and acknowledged': ({ queue, db, sent }) => queue.length === 0 && all(db) && all(sent),
    },
    leadsTo: Object.fromEntries(
      messages.map((message) => [
        `${message} leaves the queue in the end`,
        { from: ({ queue }: State) => queue.includes(message), to: ({ queue }: State) => !queue.includes(message) },
      ]),
    ),
    fairness: 'every action',
    terminal: ({ queue, handler: { at } }) => at === 'Done' && queue.length === 0,
  }
}

function judged(bounds: Bounds, question: Specification<State>): Report<State> {
  stepsMustNotRemember(bounds)
  const report = check(question, { maxStates: 500_000 })
  const [finding] = report.findings
  if (!finding) return report
  const price = names.find((name) => name === finding.name)
  const explanation = price
    ? {
        ...finding.explanation,
        why: `${cost[price]} This run is possible, so it will happen; no shorter one breaks the promise.`,
        next: `Read the run from the end. ${toLookFor[price]}`,
      }
    : finding.explanation
  const text = explain({ ...finding, explanation, ...(finding.trace ? { trace: withFailuresNamed(finding.trace) } : {}) })
  throw new ModelError(finding.kind, explanation, `${text}\n  (${bounds.messages} × message, ${bounds.failures} × failure)`)
}

/** Every step may fail; a failure must not read like the step itself. */
function withFailuresNamed({ steps, ...rest }: Trace<State>, words = 'fails: the handler forgets everything'): Trace<State> {
  const failures = (state: State | undefined) => Object.values(state?.failures ?? {}).reduce((sum, count) => sum + count, 0)
  const failed = (index: number) => index > 0 && failures(steps[index]?.state) > failures(steps[index - 1]?.state)
  return { ...rest, steps: steps.map((step, index) => (failed(index) ? { ...step, action: `${step.action ?? ''} ${words}` } : step)) }
}

function refuse(name: string, explanation: Explanation, shown: { readonly trace?: Trace<State>; readonly state?: State } = {}): never {
  throw new ModelError('invariant', explanation, explain({ kind: 'invariant', name, explanation, ...shown }))
}

function table(rows: readonly (readonly Report<State>[])[]): string {
  const cells = rows.map((row) => row.map(({ distinct }) => distinct.toLocaleString('en').padStart(10)).join(''))
  const [last] = rows.flat().slice(-1)
  return [
    'all promises hold; distinct states, by messages (down) and failures of each (across):',
    `   ${[1, 2, 3].map((failures) => String(failures).padStart(10)).join('')}`,
    ...cells.map((row, index) => `  ${index + 1}${row}`),
    ...(last ? [`  three and three: ${evidence(last)}`] : []),
  ].join('\n')
}
