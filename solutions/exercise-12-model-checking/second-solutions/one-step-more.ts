/**
 * Second solution: one step more, which looks into the database before anything is decided, and one field more, which holds what was found.
 * The field is memory, so a failure erases it. (As in looks-first.ts: with two handlers at once the commit would have to look as well.)
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
  readonly handler: { readonly at: Step; readonly message: string; readonly decision: number; readonly found?: Outcome }
}

export type Step = 'Receive' | 'Lookup' | 'Process' | 'Update' | 'Send' | 'Ack' | 'Done'

export type Promised = 'NoGhostMessages' | 'NoLostMessages' | 'NoDuplicateProcessing' | 'ConsistentOutput'

const idle: State['handler'] = { at: 'Receive', message: 'none', decision: 0 }

const text = ({ message, decision }: Outcome) => `${message} ${decision}`

export const invariants: Record<Promised, (state: State) => boolean> = {
  /** As strict as the sentence can be read: the very decision that was sent must be in the database. */
  NoGhostMessages: ({ sent, db }) => sent.map(text).every((output) => db.map(text).includes(output)),
  /** Every message is either in the queue or sent. */
  NoLostMessages: ({ queue, failures, sent }) =>
    new Set([...queue, ...sent.map(({ message }) => message)]).size === Object.keys(failures).length,
  /** No two entries for one message. */
  NoDuplicateProcessing: ({ db }) =>
    !db.some((one, index) => db.slice(index + 1).some((other) => other.message === one.message)),
  /** What the database says, where it says anything. */
  ConsistentOutput: ({ sent, db }) => {
    const says = new Map(db.map(({ message, decision }) => [message, decision]))
    return sent.every(({ message, decision }) => (says.get(message) ?? decision) === decision)
  },
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
      for (const message of state.queue) yield { ...state, handler: { ...idle, at: 'Lookup', message } }
      if (state.queue.length === 0) yield { ...state, handler: { ...idle, at: 'Done' } }
    },

    // What an earlier attempt has committed is kept in a field of its own, until this attempt ends or fails.
    *Lookup(state) {
      const found = state.db.find(({ message }) => message === state.handler.message)
      yield* failure(state)
      yield { ...state, handler: { ...state.handler, at: found ? 'Send' : 'Process', ...(found ? { found } : {}) } }
    },

    *Process(state) {
      const attempt = (state.failures[state.handler.message] ?? 0) + 1
      yield* failure(state)
      yield { ...state, handler: { ...state.handler, at: 'Update', decision: attempt } }
    },

    *Update(state) {
      const { message, decision } = state.handler
      const found = { message, decision }
      yield* failure(state)
      yield { ...state, db: add(state.db, found), handler: { ...state.handler, at: 'Send', found } }
    },

    *Send(state) {
      const { found } = state.handler
      yield* failure(state)
      yield { ...state, sent: found ? add(state.sent, found) : state.sent, handler: { ...state.handler, at: 'Ack' } }
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
