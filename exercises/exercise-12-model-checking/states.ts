import { add } from '#lib/model-checker'
import type { Outcome, Promised, State } from './message-handler.js'

/**
 * The four promises, as they are agreed, and many states to ask them about, including states that no handler leads to. Your promises are compared
 * with these, so read on only when they pass, or when you are stuck.
 */
export const names = ['NoGhostMessages', 'NoLostMessages', 'NoDuplicateProcessing', 'ConsistentOutput'] as const

/** What the books say about one message: is it still in the queue, what was decided in its commits, and in what was sent. */
export interface Account {
  readonly queued: boolean
  readonly commits: readonly number[]
  readonly sent: readonly number[]
}

type Rule = (message: Account) => boolean

/** What your handler is judged by. */
const agreed: Record<Promised, Rule> = {
  NoGhostMessages: ({ commits, sent }) => sent.length === 0 || commits.length > 0,
  NoLostMessages: ({ queued, sent }) => queued || sent.length > 0,
  NoDuplicateProcessing: ({ commits }) => commits.length <= 1,
  ConsistentOutput: ({ commits, sent }) => sent.every((decision) => commits.every((commit) => commit === decision)),
}

/**
 * What your promises are judged by. A sentence leaves room: is it a ghost when 2 was sent, and the database has 1? Some say so, others leave it
 * to ConsistentOutput. So each promise has two readings, the mildest and the strictest that its sentence allows. A promise must be false
 * where even the mildest is, and true where even the strictest is. In between anything goes.
 */
const mildest: Record<Promised, Rule> = {
  NoGhostMessages: agreed.NoGhostMessages,
  NoLostMessages: agreed.NoLostMessages,
  NoDuplicateProcessing: agreed.NoDuplicateProcessing,
  ConsistentOutput: ({ commits, sent }) => commits.length === 0 || sent.every((decision) => commits.includes(decision)),
}

const strictest: Record<Promised, Rule> = {
  NoGhostMessages: ({ commits, sent }) => sent.every((decision) => commits.includes(decision)),
  NoLostMessages: ({ queued, commits, sent }) => queued || (commits.length > 0 && commits.every((decision) => sent.includes(decision))),
  NoDuplicateProcessing: agreed.NoDuplicateProcessing,
  ConsistentOutput: ({ commits, sent }) => commits.length <= 1 && sent.every((decision) => commits.includes(decision)),
}

/** What is wrong with a message for which even the mildest reading is false. */
const wrong: Record<Promised, (message: string, account: Account) => string> = {
  NoGhostMessages: (message) => `something was sent for ${message}, and the database knows nothing of ${message}`,
  NoLostMessages: (message) => `${message} has left the queue, and nothing was sent for it`,
  NoDuplicateProcessing: (message, { commits }) => `the database has ${commits.length} entries for ${message}`,
  ConsistentOutput: (message, { commits, sent }) =>
    `for ${message}, decision ${sent.find((decision) => !commits.includes(decision)) ?? '?'} was sent, and the database says ${commits.join(' and ')}`,
}

const well: Record<Promised, string> = {
  NoGhostMessages: 'whatever was sent is in the database',
  NoLostMessages: 'every message that has left the queue has sent what the database says',
  NoDuplicateProcessing: 'no message has more than one entry in the database',
  ConsistentOutput: 'whatever was sent is what the database says',
}

/** What it costs when a promise is broken. */
export const cost: Record<Promised, string> = {
  NoGhostMessages: 'Marketing already thanks for a payment that is in no database, and may never be.',
  NoLostMessages: 'The message is gone from the queue, so nobody will try again: the customer waits for the voucher for ever.',
  NoDuplicateProcessing: 'One payment, booked twice: it earns the customer a second voucher.',
  ConsistentOutput: 'The customer holds one voucher, and the books show another.',
}

export function keeps(name: Promised, state: State): boolean {
  return accounts(state).every(([, account]) => agreed[name](account))
}

/** What must be answered about a state, and why; undefined where the sentence leaves room. */
export function rightAnswer(name: Promised, state: State): { readonly answer: boolean; readonly because: string } | undefined {
  const broken = accounts(state).find(([, account]) => !mildest[name](account))
  if (broken !== undefined) return { answer: false, because: wrong[name](...broken) }
  return accounts(state).every(([, account]) => strictest[name](account)) ? { answer: true, because: well[name] } : undefined
}

export function decisionsAbout(message: string, list: readonly Outcome[]): number[] {
  return list.flatMap((outcome) => (outcome.message === message ? [outcome.decision] : []))
}

type Accounts = readonly (readonly [message: string, Account])[]

/** Of the states below, which were made from them. */
const known = new Map<State, Accounts>()

/** Several promises are asked about each state, one after the other: what the books say is worked out once. */
const workedOut = rememberLast(({ queue, failures, db, sent }: State): Accounts =>
  Object.keys(failures).map((message) => [message, { queued: queue.includes(message), commits: decisionsAbout(message, db), sent: decisionsAbout(message, sent) }]),
)

function accounts(state: State): Accounts {
  return known.get(state) ?? workedOut(state)
}

function rememberLast<A extends object, B>(work: (about: A) => B): (about: A) => B {
  let last: { about: A; result: B } | undefined
  return (about) => {
    if (last?.about !== about) last = { about, result: work(about) }
    return last.result
  }
}

// --- every state ------------------------------------------------------------------------------------------------------

interface Entry extends Account {
  readonly failures: number
}

/**
 * States with one, two and three messages, the smallest first. They need not be reachable, but they make sense: what was decided by attempt 2
 * has one failure behind it, and the message in hand is in the queue.
 */
export function everyState(): readonly State[] {
  return (states ??= makeStates())
}

let states: readonly State[] | undefined

function makeStates(): readonly State[] {
  const some = [undefined, [1], [2], [1, 2]].map((decisions) => decisions ?? [])
  const entries = [true, false].flatMap((queued) =>
    some.flatMap((commits) =>
      some.flatMap((sent) => {
        const needed = Math.max(1, ...commits, ...sent) - 1
        return [needed, needed + 1].map((failures): Entry => ({ queued, commits, sent, failures }))
      }),
    ),
  )
  const usual = entries.filter(({ queued, commits, sent, failures }) => failures === 0 && commits.length <= 1 && sent.length <= 1 && (queued || (commits.length === 1 && sent.length === 1)))
  const books = [
    ...entries.map((one) => [one]),
    ...entries.flatMap((one) => entries.map((two) => [one, two])),
    ...usual.flatMap((one) => usual.flatMap((two) => entries.map((three) => [one, two, three]))),
  ]
  const sizeOf = (all: readonly Entry[]) => all.reduce((sum, { queued, commits, sent, failures }) => sum + 2 * (commits.length + sent.length) + failures + (queued ? 0 : 1), 3 * all.length)
  return books
    .map((all) => ({ all, size: sizeOf(all) }))
    .sort((one, other) => one.size - other.size)
    .flatMap(({ all }) => statesOf(all))
}

export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value // with all its parts: states share them
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

function statesOf(entries: readonly Entry[]): State[] {
  const named = entries.map((entry, index) => ({ ...entry, message: `m${index + 1}` }))
  const outcomes = (part: 'commits' | 'sent') => named.flatMap((entry) => entry[part].map((decision) => ({ message: entry.message, decision }))).reduce<readonly Outcome[]>(add, [])
  const books = {
    queue: named.flatMap(({ queued, message }) => (queued ? [message] : [])),
    failures: Object.fromEntries(named.map(({ message, failures }) => [message, failures])),
    db: outcomes('commits'),
    sent: outcomes('sent'),
  }
  const inHand = named.flatMap(({ queued, message, failures }) => (queued ? [{ message, decision: failures + 1 }] : []))
  const handlers: State['handler'][] = [
    { at: 'Receive', message: 'none', decision: 0 },
    ...(books.queue.length === 0 ? [{ at: 'Done', message: 'none', decision: 0 } as const] : []),
    ...inHand.flatMap(({ message, decision }): State['handler'][] => [{ at: 'Process', message, decision: 0 }, ...(['Update', 'Send', 'Ack'] as const).map((at) => ({ at, message, decision }))]),
  ]
  const accounts: Accounts = named.map(({ message, ...account }) => [message, account])
  return handlers.map((handler) => {
    const state = frozen({ ...books, handler })
    known.set(state, accounts)
    return state
  })
}
