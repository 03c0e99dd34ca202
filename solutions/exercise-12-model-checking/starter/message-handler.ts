/**
 * Driveway's message handler as a specification: no broker, no database, no clock. Only what there is (the state) and what
 * can happen (the steps). Small enough to read aloud; do that first.
 */
import { add, remove, type Specification } from '#lib/model-checker'

/** How many messages there are, and how often the handler may fail with each of them. */
export interface Bounds {
  readonly messages: number
  readonly failures: number
}

/**
 * What one attempt decided about one message (a voucher or none? of what amount?). Every attempt finds the world changed,
 * and decides differently. So the number of the attempt stands for the decision.
 */
export interface Outcome {
  readonly message: string
  readonly decision: number
}

export interface State {
  /** The messages that have not been acknowledged: 'm1', 'm2', … A message being handled is still in here. */
  readonly queue: readonly string[]
  /** How often the handler has failed with each message so far. */
  readonly failures: Readonly<Record<string, number>>
  /** What is committed in the database: one entry for every change that was made. */
  readonly db: readonly Outcome[]
  /** What was sent to the other services. It cannot be taken back, and copies of it are harmless. */
  readonly sent: readonly Outcome[]
  /** The handler's own memory: the step that comes next, the message in hand, and what was decided about it. */
  readonly handler: { readonly at: Step; readonly message: string; readonly decision: number }
}

export type Step = 'Receive' | 'Process' | 'Update' | 'Send' | 'Ack' | 'Done'

export type Promised = 'NoGhostMessages' | 'NoLostMessages' | 'NoDuplicateProcessing' | 'ConsistentOutput'

const idle: State['handler'] = { at: 'Receive', message: 'none', decision: 0 }

// TODO 1: State the two promises that are missing. Each is asked about every reachable state: true means "all is well here".
//         What is in db, in sent and in queue when it is not? `failures` has an entry for every message there ever was.
//         Compare fields, such as message: two entries are never ===.
export const invariants: Record<Promised, (state: State) => boolean> = {
  /** Nothing was sent whose change is not in the database, at any moment, because receivers act at once. */
  NoGhostMessages: () => true,
  /** A message that has left the queue has sent what it had to send. */
  NoLostMessages: () => true,
  /** No message changes the database twice. This one is given: there are as many different messages in db as entries. */
  NoDuplicateProcessing: ({ db }) => new Set(db.map(({ message }) => message)).size === db.length,
  /** Whatever was sent for a message says what the database says about that message. This one is given, too. */
  ConsistentOutput: ({ sent, db }) =>
    sent.every(({ message, decision }) => db.every((change) => change.message !== message || change.decision === decision)),
}

/** What can happen in each step: every state it yields is one way to go on. */
function steps(bounds: Bounds): Record<Exclude<Step, 'Done'>, (state: State) => Iterable<State>> {
  /** The handler fails: it forgets everything, and the message will be delivered again. */
  function* failure(state: State): Iterable<State> {
    const { message } = state.handler
    const failures = state.failures[message] ?? 0
    if (failures < bounds.failures) {
      yield { ...state, failures: { ...state.failures, [message]: failures + 1 }, handler: idle }
    }
  }

  // TODO 2: Repair the handler. A step may change the database or the broker, never both; each may fail, and forgets everything.
  //         Which step has to come first, and what must an attempt look up that it cannot remember?
  return {
    *Receive(state) {
      for (const message of state.queue) yield { ...state, handler: { ...idle, at: 'Process', message } }
      if (state.queue.length === 0) yield { ...state, handler: { ...idle, at: 'Done' } }
    },

    *Process(state) {
      const attempt = (state.failures[state.handler.message] ?? 0) + 1
      yield* failure(state)
      yield { ...state, handler: { ...state.handler, at: 'Send', decision: attempt } }
    },

    *Send(state) {
      const { message, decision } = state.handler
      yield* failure(state)
      yield { ...state, sent: add(state.sent, { message, decision }), handler: { ...state.handler, at: 'Update' } }
    },

    *Update(state) {
      const { message, decision } = state.handler
      yield* failure(state)
      yield { ...state, db: add(state.db, { message, decision }), handler: { ...state.handler, at: 'Ack' } }
    },

    *Ack(state) {
      yield* failure(state)
      yield { ...state, queue: remove(state.queue, state.handler.message), handler: idle }
    },
  }
}

/** All of it together. There is nothing to do here. */
export function specification(bounds: Bounds): Specification<State> {
  const messages = Array.from({ length: bounds.messages }, (_, index) => `m${index + 1}`)
  const failures = Object.fromEntries(messages.map((message) => [message, 0]))
  return {
    initial: [{ queue: messages, failures, db: [], sent: [], handler: idle }],
    actions: Object.fromEntries(
      Object.entries(steps(bounds)).map(([name, next]) => [name, (state) => (state.handler.at === name ? next(state) : [])]),
    ),
    invariants,
    terminal: ({ handler }) => handler.at === 'Done',
    fairness: 'every action',
  }
}
