import { createRequire } from 'node:module'
import type SQLite from 'better-sqlite3'
import { versionOf, type Driver, type Statement, type Value } from './driver.js'

/** @throws when it is not installed, was not built, or was built for another Node.js. */
export function loadBetterSqlite3(): Driver {
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
