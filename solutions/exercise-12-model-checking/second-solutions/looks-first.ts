/**
 * Second solution: it looks first. The reference solution decides anew and lets the database keep the first decision; this one asks
 * the database before it decides, and keeps what it finds in memory. (That works with one handler at a time. Two at once would both
 * find nothing, and the commit would have to look as well.)
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

/** For one message: what the database says about it, what was sent for it, and whether it may still be handled. */
function ledger({ queue, failures, db, sent }: State) {
  const about = (message: string, list: readonly Outcome[]) =>
    list.flatMap((outcome) => (outcome.message === message ? [outcome.decision] : []))
  return Object.keys(failures).map((message) => ({
    queued: queue.includes(message),
    committed: about(message, db),
    sent: about(message, sent),
  }))
}

export const invariants: Record<Promised, (state: State) => boolean> = {
  NoGhostMessages: (state) => !ledger(state).some(({ committed, sent }) => sent.length > 0 && committed.length === 0),
  NoLostMessages: (state) => !ledger(state).some(({ queued, sent }) => !queued && sent.length === 0),
  NoDuplicateProcessing: (state) => ledger(state).every(({ committed }) => committed.length < 2),
  ConsistentOutput: (state) => ledger(state).every(({ committed, sent }) => new Set([...committed, ...sent]).size < 2),
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

    // Looks before it decides: what an earlier attempt has committed is decided, for good.
    *Process(state) {
      yield* failure(state)
      const earlier = state.db.find(({ message }) => message === state.handler.message)
      const attempt = (state.failures[state.handler.message] ?? 0) + 1
      yield earlier
        ? { ...state, handler: { ...state.handler, at: 'Send', decision: earlier.decision } }
        : { ...state, handler: { ...state.handler, at: 'Update', decision: attempt } }
    },

    *Update(state) {
      const { message, decision } = state.handler
      yield* failure(state)
      yield { ...state, db: add(state.db, { message, decision }), handler: { ...state.handler, at: 'Send' } }
    },

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
    initial: [{ queue: messages, failures, db: [], sent: [], handler: idle }],
    actions: Object.fromEntries(
      Object.entries(steps(bounds)).map(([name, next]) => [name, (state) => (state.handler.at === name ? next(state) : [])]),
    ),
    invariants,
    terminal: ({ handler }) => handler.at === 'Done',
    fairness: 'every action',
  }
}
