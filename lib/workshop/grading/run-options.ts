import type { Listener } from './listener.js'

export interface RunOptions {
  /** Runs the tests that it matches, by the names of their suites and their own with blanks between them; the others are skipped. */
  readonly only?: RegExp
  /** Skips what comes after so many failures. */
  readonly bail?: number
  /** What the checks are run for; `check()` behaves accordingly. */
  readonly env?: Readonly<Record<string, string>>
  readonly onCheck?: Listener['onCheck']
}
