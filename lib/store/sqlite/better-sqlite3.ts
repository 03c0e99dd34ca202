import { createRequire } from 'node:module'
import type SQLite from 'better-sqlite3'
import { versionOf, type Driver, type Statement, type Value } from './driver.js'

/** @throws when it is not installed, was not built, was built for another Node.js, or must not be used with this one. */
export function loadBetterSqlite3(): Driver {
  if (abortsIn(process.versions.node)) throw new Error(`better-sqlite3 12 can abort Node.js ${process.versions.node}`)
  const Library = createRequire(import.meta.url)('better-sqlite3') as typeof SQLite
  const open: Driver['open'] = (file) => {
    const connection = new Library(file)
    return {
      exec: (sql) => connection.exec(sql),
      prepare: <Parameters extends readonly Value[], Row extends readonly Value[]>(sql: string) => {
        const statement = connection.prepare(sql)
        return (statement.reader ? statement.raw() : statement) as unknown as Statement<Parameters, Row>
      },
      close: () => connection.close(),
    }
  }
  return { name: 'better-sqlite3', version: versionOf(open), open }
}

/**
 * Built against the headers of Node.js 24.19 or later, better-sqlite3 12 aborts the process whenever one of its objects is collected while no
 * JavaScript runs, at the end for example: `RemoveEnvironmentCleanupHook: Assertion failed: (env) != nullptr`. It was seen with 24.21 and, built for
 * a later 26, with 26.0; not with 22.23, 26.5 and 26.10. better-sqlite3 13 mends it, but needs Node.js 22. That these versions have an SQLite of
 * their own settles it.
 *
 * @param version as in `process.versions.node`.
 */
export function abortsIn(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return (major === 24 && minor >= 19) || (major === 26 && minor < 5)
}
