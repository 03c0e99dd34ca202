/**
 * What the store asks of an SQLite library. It is little, so that two can stand in for each other: better-sqlite3, which has to be
 * fetched or compiled for the machine, and `node:sqlite`, which newer versions of Node.js have inside.
 */
export interface Driver {
  readonly name: DriverName
  /** SQLite's own version: `3.53.4`. */
  readonly version: string
  /** @param file `:memory:` for a database that nobody else sees. */
  readonly open: (file: string) => Connection
}

export const driverNames = ['better-sqlite3', 'node:sqlite'] as const
export type DriverName = (typeof driverNames)[number]

export interface Connection {
  /** Runs statements that take no parameters and whose rows nobody wants. */
  exec(sql: string): unknown
  prepare<Parameters extends readonly Value[], Row extends readonly Value[] = never>(sql: string): Statement<Parameters, Row>
  close(): unknown
}

/** Rows are arrays, in the order of the columns. */
export interface Statement<Parameters extends readonly Value[] = [], Row extends readonly Value[] = never> {
  get(...parameters: Parameters): Row | undefined
  all(...parameters: Parameters): Row[]
  run(...parameters: Parameters): unknown
}

/** Integers come as numbers, and must be safe ones. */
export type Value = string | number | null

export function versionOf(open: Driver['open']): string {
  const connection = open(':memory:')
  try {
    return connection.prepare<[], [string]>('SELECT sqlite_version()').get()?.[0] ?? ''
  } finally {
    connection.close()
  }
}
