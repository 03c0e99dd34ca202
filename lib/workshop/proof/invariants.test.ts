import { describe, expect, test } from 'vitest'
import { firstDisagreement } from '../../../exercises/exercise-12-model-checking/comparing.js'
import { contradiction } from '../../../exercises/exercise-12-model-checking/memory.js'
import { firstMistake } from '../../../exercises/exercise-12-model-checking/transitions.js'
import { specification, type Promised, type State } from '../../../solutions/exercise-12-model-checking/message-handler.js'

/** The judge of exercise 12's promises, judged: right answers that are written quite differently pass, wrong ones fail for their own reason. */

type Invariant = (state: State) => boolean

const messagesOf = ({ failures }: State): string[] => Object.keys(failures)
const about = (message: string, list: State['db']): number[] => list.filter((entry) => entry.message === message).map(({ decision }) => decision)
const text = (entry: State['db'][number]): string => `${entry.message}/${entry.decision}`

const right: Record<Promised, Record<string, Invariant>> = {
  NoGhostMessages: {
    'every entry has an entry': ({ sent, db }) => sent.every(({ message }) => db.some((change) => change.message === message)),
    'sets of messages': ({ sent, db }) => {
      const known = new Set(db.map(({ message }) => message))
      return [...new Set(sent.map(({ message }) => message))].filter((message) => !known.has(message)).length === 0
    },
    'the very decision must be there': ({ sent, db }) => sent.every((output) => db.map(text).includes(text(output))),
    'message by message': (state) => messagesOf(state).every((message) => about(message, state.sent).length === 0 || about(message, state.db).length > 0),
    'a loop that looks for a ghost': ({ sent, db }) => {
      for (const output of sent) if (db.find((change) => change.message === output.message && change.decision === output.decision) === undefined) return false
      return true
    },
  },
  NoLostMessages: {
    'gone from the queue, so sent': ({ queue, failures, sent }) => Object.keys(failures).every((message) => queue.includes(message) || sent.some((output) => output.message === message)),
    'accounted for': ({ queue, failures, sent }) => new Set([...queue, ...sent.map(({ message }) => message)]).size === Object.keys(failures).length,
    'all that is committed is sent': (state) =>
      messagesOf(state)
        .filter((message) => !state.queue.includes(message))
        .every((message) => about(message, state.sent).length > 0 && about(message, state.db).every((decision) => about(message, state.sent).includes(decision))),
    'committed, and sent': (state) =>
      !messagesOf(state).some((message) => !state.queue.includes(message) && !(state.db.some((change) => change.message === message) && about(message, state.db).every((decision) => about(message, state.sent).includes(decision)))),
    'what is missing': ({ queue, failures, sent }) => {
      const missing = new Set(Object.keys(failures))
      for (const message of queue) missing.delete(message)
      for (const { message } of sent) missing.delete(message)
      return missing.size === 0
    },
  },
  NoDuplicateProcessing: {
    'as many messages as entries': ({ db }) => new Set(db.map(({ message }) => message)).size === db.length,
    'at most one each': (state) => messagesOf(state).every((message) => about(message, state.db).length < 2),
    'no pair': ({ db }) => !db.some((one, index) => db.slice(index + 1).some((other) => other.message === one.message)),
    'the first is the only one': ({ db }) => db.every((change, index) => db.findIndex(({ message }) => message === change.message) === index),
    'a count that never passes one': ({ db }) => {
      const counts: Record<string, number> = {}
      for (const { message } of db) counts[message] = (counts[message] ?? 0) + 1
      return Object.values(counts).every((count) => count === 1)
    },
  },
  ConsistentOutput: {
    'no entry contradicts': ({ sent, db }) => sent.every((output) => db.every((change) => change.message !== output.message || change.decision === output.decision)),
    'one word for each message': (state) => messagesOf(state).every((message) => new Set([...about(message, state.db), ...about(message, state.sent)]).size < 2),
    'the very entry is there': ({ sent, db }) => sent.every(({ message, decision }) => db.some((change) => change.message === message && change.decision === decision)),
    'what the database says, where it says anything': ({ sent, db }) => {
      const says = new Map(db.map(({ message, decision }) => [message, decision]))
      return sent.every(({ message, decision }) => (says.get(message) ?? decision) === decision)
    },
    'some entry agrees, unless there is none': (state) => state.sent.every(({ message, decision }) => about(message, state.db).length === 0 || about(message, state.db).includes(decision)),
  },
}

const wrong: Record<Promised, Record<string, readonly [Invariant, ...string[]]>> = {
  NoGhostMessages: {
    'always true': [() => true, 'something was sent for m1, and the database knows nothing of m1', 'It is true in all'],
    'always false': [() => false, 'all is well: whatever was sent is in the database', 'It is false in all'],
    'about the step': [({ handler: { at, message }, db }) => at !== 'Send' || db.some((change) => change.message === message), 'when the handler is at another step'],
    'about the message in hand': [({ handler, sent, db }) => !sent.some(({ message }) => message === handler.message) || db.some(({ message }) => message === handler.message), 'has something else in hand'],
    counting: [({ sent, db }) => sent.length <= db.length, 'depends only on how many entries there are'],
    'the first message only': [({ sent, db }) => !sent.some(({ message }) => message === 'm1') || db.some(({ message }) => message === 'm1'), 'With m1 and m2 exchanged'],
    'some instead of every': [({ sent, db }) => sent.length === 0 || sent.some(({ message }) => db.some((change) => change.message === message)), 'something was sent for', 'which of queue, db and sent does not match'],
    'everything committed must be sent': [({ sent, db }) => sent.length === db.length && sent.every(({ message }) => db.some((change) => change.message === message)), 'yet all is well'],
  },
  NoLostMessages: {
    'always true': [() => true, 'm1 has left the queue, and nothing was sent for it', 'It is true in all'],
    'at the end only': [({ handler, failures, sent }) => handler.at !== 'Done' || Object.keys(failures).every((message) => sent.some((output) => output.message === message)), 'when the handler is at another step'],
    counting: [({ queue, failures, sent }) => queue.length + sent.length >= Object.keys(failures).length, 'depends only on how many entries there are'],
    'committed is not sent': [({ queue, failures, db }) => Object.keys(failures).every((message) => queue.includes(message) || db.some((change) => change.message === message)), 'has left the queue, and nothing was sent'],
    'only what is committed': [({ queue, sent, db }) => db.every(({ message }) => queue.includes(message) || sent.some((output) => output.message === message)), 'm1 has left the queue, and nothing was sent for it', 'which message is in failures, and not in queue any more? What was sent for it?'],
    'sent at once': [({ failures, sent }) => Object.keys(failures).every((message) => sent.some((output) => output.message === message)), 'asks for too much, or too early'],
    'the last message only': [({ queue, sent }) => queue.includes('m1') || sent.some(({ message }) => message === 'm1'), 'With m1 and m2 exchanged'],
  },
  NoDuplicateProcessing: {
    'always true': [() => true, 'the database has 2 entries for m1', 'It is true in all'],
    counting: [({ db, failures }) => db.length <= Object.keys(failures).length, 'the database has 2 entries for', 'depends only on how many entries there are'],
    'the first message only': [({ db }) => about('m1', db).length < 2, 'the database has 2 entries for m2', 'With m1 and m2 exchanged'],
    'decisions instead of messages': [({ db }) => new Set(db.map(({ decision }) => decision)).size === db.length, 'the database has'],
    'nothing is sent twice either': [({ db, sent }) => new Set(db.map(({ message }) => message)).size === db.length && new Set(sent.map(({ message }) => message)).size === sent.length, 'yet all is well: no message has more than one entry', 'for what another promise is about'],
  },
  ConsistentOutput: {
    'always true': [() => true, 'decision 2 was sent, and the database says 1', 'It is true in all'],
    'what is in hand': [({ handler, db }) => handler.at !== 'Send' || db.every(({ message, decision }) => message !== handler.message || decision === handler.decision), 'when the handler is at another step'],
    'some instead of every': [({ sent, db }) => sent.every(({ message }) => sent.some((output) => output.message === message && (!db.some((change) => change.message === message) || db.map(text).includes(text(output))))), 'was sent, and the database says'],
    'the entries themselves': [({ sent, db }) => sent.every((output) => db.includes(output)), 'yet all is well', 'It compares the entries themselves', 'Compare their fields: message and decision.'],
    'decisions of any message': [({ sent, db }) => db.length === 0 || sent.every(({ decision }) => db.some((change) => change.decision === decision)), 'was sent, and the database says'],
    'committed must be sent': [({ sent, db }) => db.every((change) => sent.map(text).includes(text(change))) && sent.every((output) => db.map(text).includes(text(output))), 'yet all is well'],
  },
}

describe.each(Object.entries(right))('%s', (promised, invariants) => {
  const name = promised as Promised

  test.each(Object.entries(invariants))('is right: %s', (_title, invariant) => {
    expect(firstDisagreement(name, invariant)).toBeUndefined()
    expect(contradiction(invariant)).toBeUndefined()
  })

  test.each(Object.entries(wrong[name]))('is wrong: %s', (_title, [invariant, ...because]) => {
    const found = firstDisagreement(name, invariant)
    const told = Object.values(found?.explanation ?? {}).join(' ')
    for (const part of because) expect(told).toContain(part)
  })
})

describe('memory beside the state', () => {
  test('a set that only grows', () => {
    const seen = new Set<string>()
    const found = contradiction(({ queue, sent }: State) => {
      for (const message of queue) seen.add(message)
      return [...seen].every((message) => queue.includes(message) || sent.some((output) => output.message === message))
    })
    expect(found).toMatchObject({ first: 'true', then: 'false' })
  })

  test('a map that keeps the first answer for good', () => {
    const decided = new Map<string, number>()
    const found = contradiction(({ handler, failures }: State) => {
      const decision = decided.get(handler.message) ?? (failures[handler.message] ?? 0) + 1
      decided.set(handler.message, decision)
      return decision
    })
    expect(found).toBeDefined()
  })

  test('a counter', () => {
    let asked = 0
    expect(contradiction(() => (asked += 1) < 3)).toMatchObject({ first: 'true', then: 'false' })
  })
})

test('what is no answer is told as that', () => {
  const told = (invariant: (state: State) => unknown): string | undefined => firstDisagreement('NoGhostMessages', invariant)?.explanation.what
  expect(told(() => undefined)).toBe('Your promise answers undefined in the state below.')
  expect(told(({ db }) => db.reduce((_, last) => last).decision > 0)).toContain('throws TypeError: Reduce of empty array')
  expect(told(({ queue }) => (queue as string[]).push('m7') > 0)).toContain('throws TypeError')
})

describe('what a step may do', () => {
  const bounds = { messages: 1, failures: 1 }

  /** The solution, with one step that does something else to what it leads to. */
  function mistake(step: string, change: (after: State, before: State) => State): string | undefined {
    const right = specification(bounds)
    const actions = Object.entries(right.actions).map(([name, take]) => [name, (before: State) => Array.from(take(before), (after) => (name === step ? change(after, before) : after))] as const)
    return firstMistake({ ...right, actions: Object.fromEntries(actions) }, bounds.failures)?.explanation.what
  }
  const isFailure = (after: State, before: State): boolean => after.failures['m1'] !== before.failures['m1']

  test('the solution makes no mistake, with up to two of each', () => {
    for (const messages of [1, 2]) for (const failures of [1, 2]) expect(firstMistake(specification({ messages, failures }), failures)).toBeUndefined()
  })

  test('the world begins empty', () => {
    const right = specification(bounds)
    const beginning = (change: Partial<State>): string | undefined =>
      firstMistake({ ...right, initial: right.initial.map((state) => ({ ...state, ...change })) }, bounds.failures)?.explanation.what
    expect(beginning({ db: [{ message: 'm1', decision: 1 }] })).toBe('There is something in "db" before anything has happened.')
    expect(beginning({ sent: [{ message: 'm1', decision: 1 }] })).toBe('There is something in "sent" before anything has happened.')
    expect(beginning({})).toBeUndefined()
  })

  test('a message fails no more often than was asked for', () => {
    for (const failures of [1, 2]) {
      const found = firstMistake(specification({ messages: 1, failures: failures + 1 }), failures)
      expect(found?.explanation.what).toBe(`The last step is failure ${failures + 1} with m1, and ${failures} of them were asked for.`)
    }
  })

  test('a field that is added is forgotten by a failure', () => {
    const remembers = (after: State): State => ({ ...after, handler: { ...after.handler, ...{ tried: 1 } } })
    expect(mistake('Update', remembers)).toBe('The last step is a failure, and the handler remembers over it: handler.tried is 1, and was not there at first.')
    expect(mistake('Update', (after, before) => (isFailure(after, before) ? after : remembers(after)))).toBeUndefined()
  })

  test('a failure changes nothing but the count', () => {
    expect(mistake('Ack', (after, before) => (isFailure(after, before) ? { ...after, queue: [] } : after))).toBe('The last step is a failure, and it changes "queue".')
    expect(mistake('Process', (after) => ({ ...after, failures: { ...after.failures, 'm1 decided': 1 } }))).toBe('The last step writes something into "failures" that is no failure.')
    expect(mistake('Send', (after, before) => (isFailure(after, before) ? { ...after, failures: { m1: 2 } } : after))).toBe('The last step writes something into "failures" that is no failure.')
  })

  test('a step changes the database or the broker, adds to both, and takes from the queue', () => {
    expect(mistake('Update', (after, before) => (isFailure(after, before) ? after : { ...after, sent: after.db }))).toBe('The last step changes the database and the broker at once.')
    expect(mistake('Ack', (after, before) => (isFailure(after, before) ? after : { ...after, queue: before.queue, sent: [] }))).toBe('The last step takes something out of "sent".')
    expect(mistake('Process', (after, before) => (isFailure(after, before) ? after : { ...after, queue: ['m1', 'm2'] }))).toBe('The last step puts something into the queue.')
  })
})
