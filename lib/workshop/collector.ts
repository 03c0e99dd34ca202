/**
 * Stands in for `vitest` when a graded test is loaded without it, or for a submission: it collects the tests instead of running them. It knows what the
 * checks of exercises use, and refuses everything else.
 */
export interface CollectedTest {
  readonly name: string
  /** Those of its suites, from outside, and its own. */
  readonly names: readonly string[]
  /** Milliseconds, where the test says so. */
  readonly timeout: number | undefined
  readonly run: () => unknown
}

const collection: { tests: CollectedTest[]; suites: string[]; before: (() => unknown)[] } = { tests: [], suites: [], before: [] }

/** Loads test files and gives the tests that they define. One at a time: test files collect into one place. */
export async function collect(load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  Object.assign(collection, { tests: [], suites: [], before: [] })
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
    names: [...collection.suites, name],
    timeout: timeoutIn(rest.filter((value) => value !== body), name),
    run: async () => {
      for (const prepare of before) await prepare()
      await body()
    },
  })
}

function timeoutIn(options: readonly unknown[], test: string): number | undefined {
  let timeout: number | undefined
  for (const option of options) {
    if (typeof option === 'number') timeout = option
    else if (typeof option === 'object' && option !== null && 'timeout' in option && typeof option.timeout === 'number' && Object.keys(option).length === 1) timeout = option.timeout
    else if (option !== undefined) throw new Error(`The test "${test}" has options that only vitest knows.`)
  }
  return timeout
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
export const describe = (name: string, body: () => void): void => {
  collection.suites.push(name)
  try {
    body()
  } finally {
    collection.suites.pop()
  }
}
export const beforeEach = (prepare: () => unknown): void => {
  collection.before.push(prepare)
}
