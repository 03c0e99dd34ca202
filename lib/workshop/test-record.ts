import type {} from 'vitest'
import { writtenCheck, type CheckOptions, type Finding, type Recording, type WrittenCheck } from '../exploration/index.js'
import type { Explanation, NodeDefinition } from '../simulation/index.js'

/** What `check()` hands over for the test that called it, as plain data. */
export interface TestRecord {
  /** What it found, once for each call. */
  findings?: Finding[]
  /** What came of running a story again. */
  replayed?: Replayed
  /** How often it was called so far, when a story is run again. */
  calls?: number
}

export type Replayed = { readonly recording: Recording } | { readonly misfit: Explanation }

/** Vitest hands these from the process of a test to the reporter. */
declare module 'vitest' {
  interface TaskMeta {
    findings?: Finding[]
    replayed?: Replayed
    calls?: number
  }
}

/** Tests run one after the other, so one at a time has a record. */
const running: { record: TestRecord; written: WrittenCheck[] | undefined } = { record: {}, written: undefined }

/** What runs the tests calls this before each of them. */
export function recordInto(record: TestRecord): void {
  running.record = record
}

export function currentRecord(): TestRecord {
  return running.record
}

/** From now on checks are only written down, and not run. */
export function writeDownInto(written: WrittenCheck[]): void {
  running.written = written
}

/** @returns false when the check is to be run. */
export function writeDown<Node extends NodeDefinition, Input>(check: CheckOptions<Node, Input>): boolean {
  running.written?.push(writtenCheck(check))
  return running.written !== undefined
}
