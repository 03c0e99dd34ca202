/** What the process of the checks says. Each of these ends a job but for the first two. */
export type Message =
  | { readonly kind: 'begun'; readonly check: string }
  | { readonly kind: 'ended'; readonly ended: EndedCheck }
  /** Every check was run that was asked for. */
  | { readonly kind: 'over' }
  /** The answer could not be loaded, by an error of its own. */
  | { readonly kind: 'not loaded'; readonly text: string }
  /** The process has to be ended: what it was doing cannot be interrupted. */
  | { readonly kind: 'given up'; readonly because: GivenUp }

/** Why it has to be ended: it waits for what never comes, it takes too much memory, or it takes too long. */
export type GivenUp = 'waits' | 'memory' | 'time'

export interface EndedCheck {
  readonly name: string
  readonly state: 'passed' | 'broken' | 'unknown'
  /** The name of the error: `BrokenPromise`, `Misuse`; empty when it passed. */
  readonly error: string
  /** The text of the error; empty when it passed. */
  readonly text: string
  /** Milliseconds of processor time. */
  readonly spent: number
}

/** What it is asked to do; one job at a time. */
export interface Job {
  /** The module of the checks and the answer. */
  readonly module: string
  /** Checks by their names, those that are to come first; the others follow in the order of the test file. */
  readonly first: readonly string[]
  /** Whether to go on when a check has broken. */
  readonly until: 'the end' | 'the first broken'
  /** Milliseconds of processor time for a check, by its name, where less is enough than for a whole job. */
  readonly times?: Readonly<Record<string, number>>
}

/** Limits for one job. */
export interface Limits {
  /** Milliseconds of processor time. */
  readonly time: number
  /** Bytes. */
  readonly memory: number
}
