import { describe, test } from 'vitest'
import { add, check, evidence, explain, ModelError, remove } from '#lib/model-checker'
import type { Explanation, Report, Specification, Trace } from '#lib/model-checker'
import { invariants, specification, type Outcome, type Promised, type State } from './message-handler.js'

/**
 * First your promises are judged, with handlers that are known to be right or wrong; then your handler, with promises that
 * are known to be right. So neither can hide behind the other.
 */
const names = ['NoGhostMessages', 'NoLostMessages', 'NoDuplicateProcessing', 'ConsistentOutput'] as const

/** Handlers, described by what they do after "Receive". Each of their steps may fail. */
const right = {
  'commits each message once, then sends what is committed': ['decide', 'commit once', 'send what is committed', 'ack'],
  'looks first: what is committed is not decided again': ['decide unless committed', 'commit once', 'send the decision', 'ack'],
  'sends everything twice: copies are harmless': [
    'decide', 'commit once', 'send what is committed', 'send what is committed', 'ack',
  ],
} satisfies Record<string, readonly Effect[]>

const plainlyWrong: Record<Promised, Record<string, readonly Effect[]>> = {
  NoGhostMessages: { 'sends before it commits': ['decide', 'send the decision', 'commit once', 'ack'] },
  NoLostMessages: { 'acknowledges before it sends': ['decide', 'commit once', 'ack', 'send what is committed'] },
  NoDuplicateProcessing: { 'commits on every attempt': ['decide', 'commit again', 'send what is committed', 'ack'] },
  ConsistentOutput: {
    'commits once, but sends what this attempt decided': ['decide', 'commit once', 'send the decision', 'ack'],
  },
}

const subtlyWrong: Record<Promised, Record<string, readonly Effect[]>> = {
  NoGhostMessages: { 'commits only the first message': ['decide', 'commit once, m1 only', 'send the decision', 'ack'] },
  NoLostMessages: {
    'knows the message already, so it goes straight to the acknowledgement': [
      'ack if committed', 'decide', 'commit once', 'send what is committed', 'ack',
    ],
    'drops every message but the first': ['decide', 'commit once, m1 only', 'send what is committed', 'ack'],
  },
  NoDuplicateProcessing: {
    'knows the first message again, and no other': ['decide', 'commit again, but m1 once', 'send what is committed', 'ack'],
  },
  ConsistentOutput: {
    'sends what is committed, and then what this attempt decided, too': [
      'decide', 'commit once', 'send what is committed', 'send the decision', 'ack',
    ],
  },
}

describe('exercise 12 · model-checking', () => {
  // The promises, and handlers that are plainly right or wrong.
  for (const name of names) {
    test(`★ ${name} raises no false alarm`, () => {
      for (const [story, effects] of Object.entries(right)) mustAccept(name, story, effects)
    })
    test(`★ ${name} notices a handler that breaks it`, () => {
      for (const [story, effects] of Object.entries(plainlyWrong[name])) mustNotice(name, story, effects)
    })
  }

  // The promises, and handlers that are wrong only sometimes.
  for (const name of names) {
    test(`★★ ${name} looks at every message and at every attempt`, () => {
      for (const [story, effects] of Object.entries(subtlyWrong[name])) mustNotice(name, story, effects)
    })
  }

  // The handler, with one message and one failure.
  for (const name of names) test(`★★ the handler, with one message and one failure, keeps ${name}`, () => mustKeep(name, { messages: 1, failures: 1 }))
  test('★★ the handler still fails, before and after everything it does', () => {
    const one = { messages: 1, failures: 1 }
    judged(one, { ...specification(one), invariants: {}, sometimes: failuresThatMustHappen(one) })
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

/** What the books say about one message: is it still in the queue, what was decided in its commits, and in what was sent. */
interface Account {
  readonly queued: boolean
  readonly commits: readonly number[]
  readonly sent: readonly number[]
}

const ledger: Record<Promised, (message: Account) => boolean> = {
  NoGhostMessages: ({ commits, sent }) => sent.length === 0 || commits.length > 0,
  NoLostMessages: ({ queued, sent }) => queued || sent.length > 0,
  NoDuplicateProcessing: ({ commits }) => commits.length <= 1,
  ConsistentOutput: ({ commits, sent }) => sent.every((decision) => commits.every((commit) => commit === decision)),
}

const about = (message: string, list: readonly Outcome[]) =>
  list.flatMap((outcome) => (outcome.message === message ? [outcome.decision] : []))

const accounts = rememberLast(({ queue, failures, db, sent }: State): Account[] =>
  Object.keys(failures).map((message) => ({
    queued: queue.includes(message),
    commits: about(message, db),
    sent: about(message, sent),
  })),
)

function keeps(name: Promised, state: State): boolean {
  return accounts(state).every(ledger[name])
}

/** Four promises are asked about each state, one after the other: the books are worked out once. */
function rememberLast<A extends object, B>(work: (about: A) => B): (about: A) => B {
  let last: { about: A; result: B } | undefined
  return (about) => {
    if (last?.about !== about) last = { about, result: work(about) }
    return last.result
  }
}

const cost: Record<Promised, string> = {
  NoGhostMessages: 'Marketing already thanks for a payment that is in no database, and may never be.',
  NoLostMessages: 'The message is gone from the queue, so nobody will try again: the customer waits for the voucher for ever.',
  NoDuplicateProcessing: 'One payment, booked twice: it earns the customer a second voucher.',
  ConsistentOutput: 'The customer holds one voucher, and the books show another.',
}

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
    why: 'Your invariant is false in the last state. An alarm that rings without a fire is soon switched off.',
    next: 'It asks for too much, or too early: what may still be under way in the last state?',
  }, withoutBench(trace))
}

function mustNotice(name: Promised, story: string, effects: readonly Effect[]): void {
  if (check({ ...handler(effects), invariants: { [name]: (state) => invariants[name](state) } }).verdict === 'broken') return
  const trace = check({ ...handler(effects), invariants: { [name]: (state) => keeps(name, state) } }).findings[0]?.trace
  refuse(name, {
    what: `Your invariant found nothing wrong with a handler that ${story}.`,
    why: `It is true in every state, including the last one here. ${cost[name]}`,
    next: 'Look at queue, db and sent in the last state: which of them does not match the others?',
  }, trace && withoutBench(trace))
}

function mustKeep(name: Promised, bounds: Bounds): void {
  judged(bounds, { ...specification(bounds), invariants: { [name]: (state) => keeps(name, state) } })
}

/** A repair that lets the handler fail less has repaired nothing. */
function failuresThatMustHappen(bounds: Bounds): Record<string, (state: State) => boolean> {
  const failed = (state: State, holds: (committed: boolean, sent: boolean) => boolean) =>
    state.handler.at === 'Receive' &&
    state.queue.some((message) => {
      const has = (list: readonly Outcome[]) => about(message, list).length > 0
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
  const all = (list: readonly Outcome[]) => messages.every((message) => about(message, list).length > 0)
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
function withFailuresNamed({ steps, ...rest }: Trace<State>): Trace<State> {
  const failures = (state: State | undefined) => Object.values(state?.failures ?? {}).reduce((sum, count) => sum + count, 0)
  const failed = (index: number) => index > 0 && failures(steps[index]?.state) > failures(steps[index - 1]?.state)
  return { ...rest, steps: steps.map((step, index) => (failed(index) ? { ...step, action: `${step.action ?? ''} fails: the handler forgets everything` } : step)) }
}

function refuse(name: Promised, explanation: Explanation, trace?: Trace<State>): never {
  throw new ModelError('invariant', explanation, explain({ kind: 'invariant', name, explanation, ...(trace ? { trace } : {}) }))
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

// --- the handlers of this bench ---------------------------------------------------------------------------------------

type Effect = keyof typeof effects

const knows = (state: State) => state.db.some(({ message }) => message === state.handler.message)
const outcome = ({ handler: { message, decision } }: State): Outcome => ({ message, decision })
const commit = (state: State): State => ({ ...state, db: add(state.db, outcome(state)) })
const decide = (state: State, decision: number): State => ({ ...state, handler: { ...state.handler, decision } })
const attempt = ({ failures, handler: { message } }: State) => (failures[message] ?? 0) + 1

const effects = {
  decide: (state: State): State => decide(state, attempt(state)),
  'decide unless committed': (state: State): State =>
    decide(state, state.db.find(({ message }) => message === state.handler.message)?.decision ?? attempt(state)),
  'commit once': (state: State): State => (knows(state) ? state : commit(state)),
  'commit again': commit,
  'commit once, m1 only': (state: State): State => (knows(state) || state.handler.message !== 'm1' ? state : commit(state)),
  'commit again, but m1 once': (state: State): State => (knows(state) && state.handler.message === 'm1' ? state : commit(state)),
  'send the decision': (state: State): State => ({ ...state, sent: add(state.sent, outcome(state)) }),
  'send what is committed': (state: State): State => ({
    ...state,
    sent: state.db.filter(({ message }) => message === state.handler.message).reduce(add<Outcome>, state.sent),
  }),
  'ack if committed': (state: State): State => (knows(state) ? effects.ack(state) : state),
  ack: (state: State): State => ({ ...state, queue: remove(state.queue, state.handler.message) }),
}

interface BenchState extends State {
  readonly next: number
}

const steps = { decide: 'Process', commit: 'Update', send: 'Send', ack: 'Ack' } as const
const stepOf = (effect: Effect): State['handler']['at'] =>
  Object.entries(steps).find(([start]) => effect.startsWith(start))?.[1] ?? 'Process'

/** Two messages, two failures of each, and the effects one after the other; "next" counts them. */
function handler(sequence: readonly Effect[]): Specification<BenchState> {
  const idle = { at: 'Receive', message: 'none', decision: 0 } as const
  const goTo = (state: BenchState, next: number): BenchState => {
    const effect = sequence[next - 1]
    return { ...state, next, handler: effect === undefined ? idle : { ...state.handler, at: stepOf(effect) } }
  }
  return {
    initial: [{ queue: ['m1', 'm2'], failures: { m1: 0, m2: 0 }, db: [], sent: [], handler: idle, next: 0 }],
    actions: {
      *receive(state) {
        if (state.handler.at !== 'Receive') return
        for (const message of state.queue) yield goTo({ ...state, handler: { ...idle, message } }, 1)
        if (state.queue.length === 0) yield { ...state, handler: { ...idle, at: 'Done' } }
      },
      ...Object.fromEntries(
        sequence.map((effect, index) => [
          sequence.indexOf(effect) === index ? effect : `${effect}, again`,
          (state: BenchState) => {
            if (state.next !== index + 1) return []
            const last = index === sequence.length - 1 || (effect === 'ack if committed' && knows(state))
            return [goTo({ ...state, ...effects[effect](state) }, last ? 0 : index + 2)]
          },
        ]),
      ),
      'fail, and forget'(state) {
        const { message } = state.handler
        const failures = state.failures[message] ?? 0
        if (state.next === 0 || failures === 2) return []
        return [goTo({ ...state, failures: { ...state.failures, [message]: failures + 1 } }, 0)]
      },
    },
    terminal: ({ handler: { at } }) => at === 'Done',
  }
}

/** The run without the bench's own counter. */
function withoutBench({ steps: run }: Trace<BenchState>): Trace<State> {
  return {
    steps: run.map(({ action, state: { queue, failures, db, sent, handler: hand } }) => ({
      action,
      state: { queue, failures, db, sent, handler: hand },
    })),
  }
}
