import { same, type Explanation, type Specification, type Trace } from '#lib/model-checker'
import type { Outcome, State } from './message-handler.js'

/** A step that could not be taken in any real system, and the run that leads to it. */
export interface Mistake {
  readonly explanation: Explanation
  readonly trace: Trace<State>
}

interface Visited {
  readonly state: State
  readonly action: string | null
  readonly from: Visited | undefined
}

/** Looks at every step that can be taken, the shortest runs first, and judges not where it leads but what it does. */
export function firstMistake({ initial, actions }: Specification<State>, failures: number): Mistake | undefined {
  const [first] = initial
  if (first === undefined) return undefined
  const start: Visited = { state: first, action: null, from: undefined }
  const given = mistakeAtFirst(first)
  if (given !== undefined) return { explanation: given, trace: runTo(start) }
  const found: Visited[] = [start]
  const known = new Set([JSON.stringify(first)])
  for (const visited of found) {
    const { state } = visited
    const next = Object.entries(actions).flatMap(([action, take]) => Array.from(take(state), (after): Visited => ({ state: after, action, from: visited })))
    for (const step of next) {
      const explanation = mistakeOf(state, step.state, first, failures)
      if (explanation !== undefined) return { explanation, trace: runTo(step) }
    }
    if (mayFail(state, failures) && !next.some((step) => failed(state, step.state).length > 0)) return { explanation: cannotFail(state), trace: runTo(visited) }
    for (const step of next) {
      const key = JSON.stringify(step.state)
      if (known.has(key) || known.size > 20_000) continue
      known.add(key)
      found.push(step)
    }
  }
  return undefined
}

function mistakeAtFirst(first: State): Explanation | undefined {
  const filled = (['db', 'sent'] as const).find((part) => first[part].length > 0)
  return filled === undefined
    ? undefined
    : {
        what: `There is something in "${filled}" before anything has happened.`,
        why: 'At first nothing is committed and nothing is sent. What is there from the beginning was done by no step.',
        next: `Let "${filled}" be empty at first, as it was given. You may add fields of your own.`,
      }
}

function mistakeOf(before: State, after: State, first: State, bound: number): Explanation | undefined {
  const messages = failed(before, after)
  if (messages.some((message) => message !== before.handler.message || after.failures[message] !== (before.failures[message] ?? 0) + 1)) {
    return {
      what: 'The last step writes something into "failures" that is no failure.',
      why: '"failures" belongs to the checker, which counts with it. No handler can write there.',
      next: 'Leave "failures" to failure(). What the handler must know later belongs in the database.',
    }
  }
  const tooOften = messages.find((message) => (after.failures[message] ?? 0) > bound)
  if (tooOften !== undefined) {
    return {
      what: `The last step is failure ${after.failures[tooOften] ?? 0} with ${tooOften}, and ${bound} of them were asked for.`,
      why: 'How often the handler may fail with a message belongs to the question. The numbers of states would answer another one.',
      next: 'Let failure() fail only while there are fewer failures than bounds.failures, as it was given.',
    }
  }
  return messages.length > 0 ? mistakeOfFailure(before, after, first) : mistakeOfStep(before, after)
}

function mistakeOfFailure(before: State, after: State, first: State): Explanation | undefined {
  const touched = (['queue', 'db', 'sent'] as const).find((part) => !same(before[part], after[part]))
  if (touched !== undefined) {
    return {
      what: `The last step is a failure, and it changes "${touched}".`,
      why: 'A handler that fails does nothing more: its process is gone.',
      next: 'Let failure() count the failure, and leave the handler as it was at first.',
    }
  }
  const parts = Object.keys({ ...first, ...after }).filter((part) => !['failures', 'queue', 'db', 'sent'].includes(part))
  const kept = parts.flatMap((part) => differences(part, valueOf(first, part), valueOf(after, part)))[0]
  return kept === undefined
    ? undefined
    : {
        what: `The last step is a failure, and the handler remembers over it: ${kept}.`,
        why: 'The process is gone, and its memory with it. What was only in there, no later attempt can know.',
        next: 'Only queue, failures, db and sent survive. All else must be after a failure what it was at first: what must the next attempt look up in the database?',
      }
}

function mistakeOfStep(before: State, after: State): Explanation | undefined {
  const changes = (part: 'queue' | 'db' | 'sent') => !same(before[part], after[part])
  if (changes('db') && (changes('sent') || changes('queue'))) {
    return {
      what: 'The last step changes the database and the broker at once.',
      why: 'No transaction spans the two: in between the process can fail, and then only one of them has changed.',
      next: 'Make two steps of it, each of which may fail. The order is yours to choose.',
    }
  }
  const lost = (['db', 'sent'] as const).find((part) => before[part].some((outcome) => !has(after[part], outcome)))
  if (lost !== undefined || after.queue.some((message) => !before.queue.includes(message))) {
    return {
      what: lost === undefined ? 'The last step puts something into the queue.' : `The last step takes something out of "${lost}".`,
      why: 'What was committed has happened, and what was sent is gone; the checker reads there what you did.',
      next: 'Only add to db and sent, and only take from the queue what has been handled.',
    }
  }
  return undefined
}

const cannotFail = ({ handler: { at } }: State): Explanation => ({
  what: `The handler is at ${at} in the last state, and ${at} cannot fail.`,
  why: 'A process may stop at any moment. A repair that lets the handler fail less has repaired nothing.',
  next: `Let ${at} begin with "yield* failure(state)", as in the beginning.`,
})

function mayFail({ failures, handler: { at, message } }: State, bound: number): boolean {
  return at !== 'Receive' && at !== 'Done' && (failures[message] ?? bound) < bound
}

/** The messages for which this step changes the number of failures. */
function failed(before: State, after: State): string[] {
  return Object.keys({ ...before.failures, ...after.failures }).filter((message) => before.failures[message] !== after.failures[message])
}

function has(list: readonly Outcome[], { message, decision }: Outcome): boolean {
  return list.some((outcome) => outcome.message === message && outcome.decision === decision)
}

function differences(path: string, before: unknown, after: unknown): string[] {
  if (same(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    return Object.keys({ ...before, ...after }).flatMap((key) => differences(`${path}.${key}`, before[key], after[key]))
  }
  return [`${path} is ${print(after)}, and was ${print(before)} at first`]
}

function valueOf(state: object, part: string): unknown {
  return Object.entries(state).find(([key]) => key === part)?.[1]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function print(value: unknown): string {
  return value === undefined ? 'not there' : typeof value === 'string' ? value : JSON.stringify(value)
}

function runTo(last: Visited): Trace<State> {
  const steps: Visited[] = []
  for (let step: Visited | undefined = last; step !== undefined; step = step.from) steps.unshift(step)
  return { steps }
}
