import type { Explanation } from '../simulation/errors.js'

/** A command that cannot do what it was asked for. Shown in three parts, without a stack. */
export class ExplainedError extends Error {
  override readonly name = 'ExplainedError'

  constructor(
    readonly explanation: Explanation,
    /** What the process exits with: 2 for wrong arguments, 1 for all else. */
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(`${explanation.what}\n${explanation.why}\n${explanation.next}`)
  }
}
