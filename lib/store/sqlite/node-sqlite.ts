import { versionOf, type Driver, type Statement, type Value } from './driver.js'

/** What is used of it. `@types/node` is that of the oldest Node.js that the workshop runs on, and there it does not exist. */
interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => {
    exec(sql: string): void
    prepare(sql: string): NodeStatement
    close(): void
  }
}

interface NodeStatement {
  get(...parameters: readonly Value[]): unknown
  all(...parameters: readonly Value[]): unknown[]
  run(...parameters: readonly Value[]): unknown
  /** From Node.js 22.16 and 24.0 on. */
  setReturnArrays?(enabled: boolean): void
}

/**
 * Node.js 22.5 to 22.12 have it only behind `--experimental-sqlite`. The workshop does not start processes with that flag for their
 * sake: they were superseded within the same line. Whoever sets it in `NODE_OPTIONS` can use them.
 *
 * @throws when this Node.js has none.
 */
export function loadNodeSqlite(): Driver {
  const library = withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite')) as NodeSqlite | undefined
  if (library === undefined) throw new Error(`Node.js ${process.versions.node} has no SQLite of its own`)
  const open: Driver['open'] = (file) => {
    const connection = new library.DatabaseSync(file)
    return {
      exec: (sql) => connection.exec(sql),
      prepare: <Parameters extends readonly Value[], Row extends readonly Value[]>(sql: string) => withArrays(connection.prepare(sql)) as Statement<Parameters, Row>,
      close: () => connection.close(),
    }
  }
  return { name: 'node:sqlite', version: versionOf(open), open }
}

function withArrays(statement: NodeStatement): unknown {
  if (statement.setReturnArrays !== undefined) {
    statement.setReturnArrays(true)
    return statement
  }
  return {
    get: (...parameters: readonly Value[]) => {
      const row = statement.get(...parameters)
      return row === undefined ? undefined : valuesOf(row)
    },
    all: (...parameters: readonly Value[]) => statement.all(...parameters).map(valuesOf),
    run: (...parameters: readonly Value[]) => statement.run(...parameters),
  }
}

function valuesOf(row: unknown): readonly unknown[] {
  return Object.values(row as Readonly<Record<string, unknown>>)
}

/**
 * Some versions warn, at the first use, that it may change. That would stand in the middle of an attendee's screen, who can do nothing
 * about it. Every other warning is let through.
 */
function withoutExperimentalWarning<Result>(load: () => Result): Result {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  const emitWarning = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void
  const quiet = (...args: readonly unknown[]): void => {
    if (args[1] !== 'ExperimentalWarning') emitWarning(...args)
  }
  Object.defineProperty(process, 'emitWarning', { ...original, value: quiet })
  try {
    return load()
  } finally {
    if (original !== undefined) Object.defineProperty(process, 'emitWarning', original)
  }
}
