/**
 * The errors that ordinary code meets in a distributed system, and the ones with which the workshop answers a mistake.
 */

/** No answer within the time limit. The effect may have happened, or not, or may still happen: the outcome is unknown. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

/** The connection was refused or broke. When it broke, the outcome is unknown. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** The store or the broker refused before it did anything: nothing has happened, and trying again later is safe. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
}

/** A condition of a commit did not hold: somebody else changed the document. Nothing of the commit was written. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError'
}

/** A message was settled after its peek-lock had expired: it is, or will be, delivered again. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError'
}

const constructors = { TimeoutError, ConnectionError, UnavailableError, ConcurrencyError, LockLostError }

/** An error as plain data, so that a recorded step can be given to a process again. */
export interface ErrorDescription {
  readonly name: keyof typeof constructors
  readonly message: string
}

/** A new error object, without a stack of the simulator's own. */
export function makeError(description: ErrorDescription): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return new constructors[description.name](description.message)
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** What happened, why it matters here, what to do next. */
export interface Explanation {
  readonly what: string
  readonly why: string
  readonly next: string
}

export const misuseKinds = [
  'missing-await',
  'work-after-return',
  'mutated-after-handover',
  'unserialisable',
  'unknown-endpoint',
  'unknown-host',
  'unknown-route',
  'no-handler',
  'empty-commit',
  'invalid-argument',
  'invalid-response',
  'real-io',
  'waits-for-nothing',
  'endless-loop',
  'unhandled-rejection',
  'invalid-definition',
  'not-deterministic',
  'changed-global',
] as const

export type MisuseKind = (typeof misuseKinds)[number]

/** A mistake in the code under test that is not a broken promise to a customer, but keeps the simulation from judging it. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'

  constructor(
    readonly kind: MisuseKind,
    readonly explanation: Explanation,
  ) {
    super(`${explanation.what}\n${explanation.why}\n${explanation.next}`)
  }
}

/** A mistake in a check or in the workshop itself. It is never worded as a mistake of the attendee. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError'

  constructor(readonly explanation: Explanation) {
    super(`${explanation.what}\n${explanation.why}\n${explanation.next}`)
  }
}

/** Something that the workshop needs is not on this machine: neither the code under test nor a check is wrong. */
export class MachineError extends Error {
  override readonly name = 'MachineError'

  constructor(readonly explanation: Explanation) {
    super(`${explanation.what}\n${explanation.why}\n${explanation.next}`)
  }
}
