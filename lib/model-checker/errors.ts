/** What happened, why it matters here, what to do next. */
export interface Explanation {
  readonly what: string
  readonly why: string
  readonly next: string
}

/**
 * `specification`: the specification itself is not one (a state that is not plain data, an action that throws).
 * The other kinds are answers about a specification that is.
 */
export type FindingKind =
  | 'invariant'
  | 'deadlock'
  | 'leads-to'
  | 'unreached'
  | 'never-enabled'
  | 'vacuous'
  | 'limit'

/** The answer of the model checker as an error. Its message is the whole lesson, so it has no stack of the library. */
export class ModelError extends Error {
  override readonly name = 'ModelError'

  constructor(
    readonly kind: FindingKind | 'specification' | 'tlc',
    readonly explanation: Explanation,
    message = `${explanation.what}\n${explanation.why}\n${explanation.next}`,
  ) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = limit
  }
}

/** What is at fault in the specification whichever way it is searched. */
export class SettledError extends ModelError {
  constructor(explanation: Explanation) {
    super('specification', explanation)
  }
}
