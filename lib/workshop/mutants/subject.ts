import type { Mutant } from './mutants.js'

/** What mutants are made of: an exercise, or a room of the engine. */
export interface Subject {
  /** `exercise-07`, `broker` */
  readonly name: string
  /** Where its files lie, and the list of its equivalent mutants: relative to the repository's root, with slashes. */
  readonly folder: string
}

export interface MutatedFile {
  readonly subject: Subject
  /** Relative to the subject's folder, with slashes: `book-payment.ts`, `second-solutions/one-document-per-id.ts`. */
  readonly file: string
  readonly text: string
  readonly mutants: readonly Mutant[]
}

/**
 * `killed`: a check broke. `unusable`: it cannot be loaded, never ends, or misuses what it is given, which is told as well. `unknown`: nothing can be said, so
 * it is not killed. `equivalent`: it passed, and is listed.
 */
export type Fate = 'killed' | 'unusable' | 'unknown' | 'equivalent' | 'survived'

export interface JudgedMutant {
  readonly of: MutatedFile
  readonly mutant: Mutant
  readonly fate: Fate
  /** The check that killed it, or that could not say. */
  readonly by: string | undefined
  readonly because: string
}
