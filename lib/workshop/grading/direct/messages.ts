import type { Effort } from '../../../progress.js'
import type { TestRecord } from '../../test-record.js'

/** What the process of the checks is asked to do. */
export interface Request {
  readonly testFile: string
  /** The source of a regular expression. */
  readonly only: string | undefined
  readonly bail: number | undefined
}

/** What it says, in this order: the tests that there are, then each of them as it begins and ends, then one of the last two. */
export type Message =
  | { readonly kind: 'found'; readonly tests: readonly (readonly string[])[] }
  | { readonly kind: 'begun'; readonly index: number }
  /** It takes a while: so far it has come. */
  | { readonly kind: 'working'; readonly effort: Effort }
  | { readonly kind: 'ended'; readonly index: number; readonly state: 'passed' | 'failed' | 'skipped'; readonly record: TestRecord; readonly error: Thrown | undefined; readonly output: string; /** Milliseconds. */ readonly duration: number }
  | { readonly kind: 'over'; /** Milliseconds. */ readonly duration: number }
  /** Something that Vitest knows how to do, or to say. */
  | { readonly kind: 'not plain' }

/** An error whose text says everything. */
export type Thrown = {
  readonly name: string
  readonly message: string
}
