/**
 * Stands in for `vitest` when a graded test is loaded for a submission: it collects the tests instead of running them, so that the
 * workshop's own proof can run them and look at how each one ends.
 */
import { expect as realExpect } from 'vitest'

export interface CollectedTest {
  readonly name: string
  readonly run: () => unknown
}

const collection: { tests: CollectedTest[]; before: (() => unknown)[] } = { tests: [], before: [] }

/** Loads test files and gives the tests that they define. One at a time: test files collect into one place. */
export async function collect(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  collection.tests = []
  collection.before = []
  await load()
  return collection.tests
}

type Body = () => unknown

function define(name: string, ...rest: readonly unknown[]): void {
  const body = rest.find((value): value is Body => typeof value === 'function')
  const before = [...collection.before]
  if (body === undefined) throw new Error(`The test "${name}" has no body.`)
  collection.tests.push({
    name,
    run: async () => {
      for (const prepare of before) await prepare()
      await body()
    },
  })
}

function each(rows: readonly unknown[]): (name: string, body: (...values: unknown[]) => unknown) => void {
  return (name, body) => {
    for (const row of rows) {
      const values: readonly unknown[] = Array.isArray(row) ? row : [row]
      let next = 0
      define(name.replace(/%[sdijo]/g, () => String(values[next++])), () => body(...values))
    }
  }
}

export const test = Object.assign(define, { each })
export const it = test
export const describe = (_name: string, body: () => void): void => body()
export const beforeEach = (prepare: () => unknown): void => {
  collection.before.push(prepare)
}
export const expect = realExpect
