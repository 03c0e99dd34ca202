/**
 * Stands in for `vitest` where a test of the engine is loaded by `loader.ts`. The tests are collected, each under a name that no other has; `expect` is
 * vitest's own.
 */
import type * as vitest from 'vitest'

export interface EngineTest {
  /** `lib/broker/faults.test.ts › a copy › is tried within its budget` */
  readonly name: string
  readonly file: string
  readonly run: () => Promise<void>
}

type Body = (...values: unknown[]) => unknown
type Hook = () => unknown

interface Suite {
  readonly names: readonly string[]
  readonly before: readonly Hook[]
  readonly after: readonly Hook[]
}

/** What a test file gets when it imports `vitest`, and the tests that it leaves. `vi.mock` does nothing: each file is what it is. */
export function standInFor({ expect, vi }: typeof vitest, file: string): { readonly exports: object; readonly tests: readonly EngineTest[] } {
  const tests: EngineTest[] = []
  let suite: Suite = { names: [file], before: [], after: [] }

  const define = (name: string, ...rest: readonly unknown[]): void => {
    const body = bodyIn(rest)
    const { before, after } = suite
    const full = [...suite.names, name].join(' › ')
    const sameName = tests.filter((test) => test.name === full || test.name.startsWith(`${full} #`)).length
    tests.push({
      name: sameName === 0 ? full : `${full} #${sameName + 1}`,
      file,
      async run() {
        for (const hook of before) await hook()
        try {
          await body()
        } finally {
          for (const hook of after) await hook()
        }
      },
    })
  }
  const group = (name: string, ...rest: readonly unknown[]): void => {
    const outer = suite
    suite = { names: [...outer.names, name], before: outer.before, after: outer.after }
    bodyIn(rest)()
    suite = outer
  }
  const hook = (when: 'before' | 'after') => (body: Hook): void => {
    suite = { ...suite, [when]: [...suite[when], body] }
  }
  const each =
    (single: (name: string, body: Body) => void) =>
    (rows: readonly unknown[]) =>
    (name: string, ...rest: readonly unknown[]): void => {
      for (const row of rows) single(titleOf(name, row), () => bodyIn(rest)(...(Array.isArray(row) ? (row as readonly unknown[]) : [row])))
    }
  const test = Object.assign(define, { each: each(define) })
  const mocks = new Proxy(vi, { get: (target, key) => (key === 'mock' ? () => undefined : key === 'hoisted' ? (make: () => unknown) => make() : (Reflect.get(target, key) as unknown)) })
  return {
    tests,
    // `beforeAll` comes before each: the engine's tests cannot tell. Single tests run here, so what is true after all of a suite is not asked for.
    exports: { __esModule: true, describe: Object.assign(group, { each: each(group) }), test, it: test, expect, vi: mocks, beforeAll: hook('before'), beforeEach: hook('before'), afterAll: () => undefined, afterEach: hook('after') },
  }
}

function bodyIn(rest: readonly unknown[]): Body {
  const body = rest.find((value): value is Body => typeof value === 'function')
  if (body === undefined) throw new Error('A test has no body.')
  return body
}

function titleOf(name: string, row: unknown): string {
  const values: readonly unknown[] = Array.isArray(row) ? row : [row]
  let next = 0
  return name
    .replace(/%[sdijo]/g, () => shown(values[next++]))
    .replace(/\$(\w+)/g, (whole, key: string) => (typeof row === 'object' && row !== null && key in row ? shown(Reflect.get(row, key)) : whole))
}

function shown(value: unknown): string {
  const text: unknown = typeof value === 'string' ? value : JSON.stringify(value)
  return typeof text === 'string' ? text : String(value)
}
