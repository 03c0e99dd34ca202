import type { WrittenCheck } from '../../exploration/index.js'
import { collect, type CollectedTest } from '../collector.js'
import { writeDownInto } from '../test-record.js'

/** A graded check, with how it is written. */
export interface GradedCheck {
  readonly test: CollectedTest
  /** Which check of the test, from 0. */
  readonly number: number
  readonly check: WrittenCheck
}

/** Loads graded checks, and writes them down instead of running them. A test that checks something else than a running system has none. */
export async function writeDownChecks(load: () => Promise<unknown>): Promise<readonly { readonly test: CollectedTest; readonly checks: readonly GradedCheck[] }[]> {
  const tests = await collect(load)
  const all: { readonly test: CollectedTest; readonly checks: readonly GradedCheck[] }[] = []
  for (const test of tests) {
    const written: WrittenCheck[] = []
    writeDownInto(written)
    // What the rest of such a test says is not asked here.
    await Promise.resolve().then(test.run).catch(() => undefined)
    all.push({ test, checks: written.map((check, number) => ({ test, number, check })) })
  }
  return all
}
