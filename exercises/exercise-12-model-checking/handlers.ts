import { add, remove, type Specification, type Trace } from '#lib/model-checker'
import type { Outcome, Promised, State } from './message-handler.js'

/** Handlers, described by what they do after "Receive". Each of their steps may fail. */
export const right = {
  'commits each message once, then sends what is committed': ['decide', 'commit once', 'send what is committed', 'ack'],
  'looks first: what is committed is not decided again': ['decide unless committed', 'commit once', 'send the decision', 'ack'],
  'sends everything twice: copies are harmless': [
    'decide', 'commit once', 'send what is committed', 'send what is committed', 'ack',
  ],
} satisfies Record<string, readonly Effect[]>

export const plainlyWrong: Record<Promised, Record<string, readonly Effect[]>> = {
  NoGhostMessages: { 'sends before it commits': ['decide', 'send the decision', 'commit once', 'ack'] },
  NoLostMessages: { 'acknowledges before it sends': ['decide', 'commit once', 'ack', 'send what is committed'] },
  NoDuplicateProcessing: { 'commits on every attempt': ['decide', 'commit again', 'send what is committed', 'ack'] },
  ConsistentOutput: {
    'commits once, but sends what this attempt decided': ['decide', 'commit once', 'send the decision', 'ack'],
  },
}

export type Effect = keyof typeof effects

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
  'send the decision': (state: State): State => ({ ...state, sent: add(state.sent, outcome(state)) }),
  'send what is committed': (state: State): State => ({
    ...state,
    sent: state.db.filter(({ message }) => message === state.handler.message).reduce(add<Outcome>, state.sent),
  }),
  ack: (state: State): State => ({ ...state, queue: remove(state.queue, state.handler.message) }),
}

export interface BenchState extends State {
  readonly next: number
}

const steps = { decide: 'Process', commit: 'Update', send: 'Send', ack: 'Ack' } as const
const stepOf = (effect: Effect): State['handler']['at'] =>
  Object.entries(steps).find(([start]) => effect.startsWith(start))?.[1] ?? 'Process'

/** Two messages, two failures of each, and the effects one after the other; "next" counts them. */
export function handler(sequence: readonly Effect[]): Specification<BenchState> {
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
            const last = index === sequence.length - 1
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
export function withoutBench({ steps: run }: Trace<BenchState>): Trace<State> {
  return {
    steps: run.map(({ action, state: { queue, failures, db, sent, handler: hand } }) => ({
      action,
      state: { queue, failures, db, sent, handler: hand },
    })),
  }
}
