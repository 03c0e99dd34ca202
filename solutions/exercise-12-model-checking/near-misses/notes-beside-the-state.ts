/**
 * Near miss: the decision goes into a field of its own, which no failure clears. It is neither the database nor the broker, so
 * in a real system it would be memory; and memory does not survive.
 *
 * Caught by: ★★ a failure makes the handler forget everything
 * Because: the handler remembers over it: notes.m1 is 1, and was not there at first
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
  /** What was decided about each message. */
  readonly notes: Readonly<Record<string, number>>
  /** The handler's own memory: the step that comes next, the message in hand, and what was decided about it. */
  readonly handler: { readonly at: Step; readonly message: string; readonly decision: number }
}

export type Step = 'Receive' | 'Process' | 'Update' | 'Send' | 'Ack' | 'Done'

export type Promised = 'NoGhostMessages' | 'NoLostMessages' | 'NoDuplicateProcessing' | 'ConsistentOutput'

const idle: State['handler'] = { at: 'Receive', message: 'none', decision: 0 }

export const invariants: Record<Promised, (state: State) => boolean> = {
  /** Nothing was sent whose change is not in the database, at any moment, because receivers act at once. */
  NoGhostMessages: ({ sent, db }) =>
    sent.every(({ message }) => db.some((change) => change.message === message)),
  /** A message that has left the queue has sent what it had to send. */
  NoLostMessages: ({ queue, failures, sent }) =>
    Object.keys(failures).every((message) => queue.includes(message) || sent.some((output) => output.message === message)),
  /** No message changes the database twice. */
  NoDuplicateProcessing: ({ db }) => new Set(db.map(({ message }) => message)).size === db.length,
  /** Whatever was sent for a message says what the database says about that message. */
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

  return {
    *Receive(state) {
      for (const message of state.queue) yield { ...state, handler: { ...idle, at: 'Process', message } }
      if (state.queue.length === 0) yield { ...state, handler: { ...idle, at: 'Done' } }
    },

    *Process(state) {
      const { message } = state.handler
      const attempt = state.notes[message] ?? (state.failures[message] ?? 0) + 1
      yield* failure(state)
      yield { ...state, notes: { ...state.notes, [message]: attempt }, handler: { ...state.handler, at: 'Update', decision: attempt } }
    },

    // First the database: the change and the message's id are one entry, so they are committed together or not at all.
    *Update(state) {
      const { message, decision } = state.handler
      yield* failure(state)
      yield { ...state, db: add(state.db, { message, decision }), handler: { ...state.handler, at: 'Send' } }
    },

    // What leaves is what was committed, by whichever attempt; not what this attempt has in mind.
    *Send(state) {
      const { message, decision } = state.handler
      yield* failure(state)
      yield { ...state, sent: add(state.sent, { message, decision }), handler: { ...state.handler, at: 'Ack' } }
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
    initial: [{ queue: messages, failures, db: [], sent: [], notes: {}, handler: idle }],
    actions: Object.fromEntries(
      Object.entries(steps(bounds)).map(([name, next]) => [name, (state) => (state.handler.at === name ? next(state) : [])]),
    ),
    invariants,
    terminal: ({ handler }) => handler.at === 'Done',
    fairness: 'every action',
  }
}
