import { mkdirSync, renameSync, existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { requireSqlite } from '../../store/index.js'
import type { Connection, Driver } from '../../store/sqlite/driver.js'
import { MachineError } from '../../simulation/errors.js'
import { ExplainedError } from '../explained-error.js'
import { root } from '../exercises.js'
import { newCode } from './code.js'
import { isPerson } from './stored-person.js'
import type { Person } from './progress.js'
import { newId } from './report.js'

/** What lasts of a room beside its people. */
export interface About {
  readonly id: string
  readonly code: string
  /** What a browser has that was given the code. */
  readonly looking: string
  /** When it was opened for the first time, in milliseconds since 1970. */
  readonly began: number
  /** Where it listened last; empty and 0 before. */
  readonly host: string
  readonly port: number
}

export interface Kept {
  readonly about: About
  readonly people: readonly { readonly token: string; readonly person: Person }[]
}

/** How many ids of reports are remembered of each person, at least. A clone keeps fewer than this that it has not told yet. */
export const idsRemembered = 1_000

const forgetting = 'DELETE FROM reports WHERE person = ? AND rowid <= (SELECT rowid FROM reports WHERE person = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)'

const fileName = 'room.sqlite'
const format = '1'

/**
 * A room's state on disk. What has been acknowledged survives the end of the process, however it ends. It may not survive that of the machine: a commit
 * that waits for the disk takes as long as fifty that do not (SQLite, `synchronous`), and a room in which everybody reports at once would fall behind.
 */
export class Keeping {
  readonly #database: Connection
  readonly #lock: Connection | undefined

  private constructor(
    database: Connection,
    readonly kept: Kept,
    lock?: Connection,
  ) {
    this.#database = database
    this.#lock = lock
  }

  /**
   * Opens the state in a folder, or begins one there.
   *
   * @throws ExplainedError when another command has it, when it cannot be read, or when there is no SQLite.
   */
  static open(folder: string, now: number): Keeping {
    const driver = sqlite()
    const lock = locked(driver, folder)
    try {
      return reading(folder, () => {
        const database = connect(driver, join(folder, fileName))
        database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
        database.exec(
          [
            'CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
            'CREATE TABLE IF NOT EXISTS people (number INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, state TEXT NOT NULL)',
            'CREATE TABLE IF NOT EXISTS reports (person INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (person, id))',
          ].join(';'),
        )
        if (database.prepare<[], [number]>('SELECT 1 FROM about').get() === undefined) begin(database, now)
        return new Keeping(database, keptIn(database), lock)
      })
    } catch (error) {
      lock.close()
      throw error
    }
  }

  /** What is in a folder, also while a room is open there; undefined when there is nothing. @throws ExplainedError as `open` does. */
  static look(folder: string): Kept | undefined {
    if (!existsSync(join(folder, fileName))) return undefined
    const driver = sqlite()
    return reading(folder, () => {
      const database = connect(driver, join(folder, fileName))
      try {
        return keptIn(database)
      } finally {
        database.close()
      }
    })
  }

  /** Puts what is in a folder aside. @returns where it is now, or undefined when there was nothing. @throws ExplainedError when a room is open there. */
  static putAside(folder: string, now: Date): string | undefined {
    if (!existsSync(join(folder, fileName))) return undefined
    const lock = locked(sqlite(), folder)
    try {
      const name = `room-${now.toISOString().replace(/[:.]/g, '-')}.sqlite`
      for (const end of ['', '-wal', '-shm']) if (existsSync(join(folder, fileName + end))) renameSync(join(folder, fileName + end), join(folder, name + end))
      return join(folder, name)
    } finally {
      lock.close()
    }
  }

  /** Whether a report has counted already. */
  has(person: number, id: string): boolean {
    return this.#database.prepare<[number, string], [number]>('SELECT 1 FROM reports WHERE person = ? AND id = ?').get(person, id) !== undefined
  }

  /** All or nothing. When it returns, it is written. */
  keep(token: string, person: Person, ids: readonly string[] = []): void {
    const database = this.#database
    database.exec('BEGIN IMMEDIATE')
    try {
      database.prepare<[number, string, string]>('INSERT INTO people VALUES (?, ?, ?) ON CONFLICT (number) DO UPDATE SET state = excluded.state').run(person.number, token, JSON.stringify(person))
      const insert = database.prepare<[number, string]>('INSERT OR IGNORE INTO reports VALUES (?, ?)')
      for (const id of ids) insert.run(person.number, id)
      if (person.reports % 100 < ids.length) database.prepare<[number, number, number]>(forgetting).run(person.number, person.number, idsRemembered)
      database.exec('COMMIT')
    } catch (error) {
      try {
        database.exec('ROLLBACK')
      } catch {
        // SQLite has done so by itself, as when the disk is full
      }
      throw error
    }
  }

  /** Remembers where the room listens, for the next time. */
  listens(host: string, port: number): void {
    const update = this.#database.prepare<[string, string]>('UPDATE about SET value = ? WHERE name = ?')
    update.run(host, 'host')
    update.run(String(port), 'port')
  }

  close(): void {
    this.#database.close()
    this.#lock?.close()
  }
}

/** A file whose lock the operating system takes away when the process ends. The state itself stays readable for `--csv`. */
function locked(driver: Driver, folder: string): Connection {
  mkdirSync(folder, { recursive: true })
  const lock = driver.open(join(folder, 'open.sqlite'))
  try {
    lock.exec('PRAGMA busy_timeout = 200; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (!/locked|busy/i.test(textOf(error))) throw unreadable(folder, error)
    throw new ExplainedError({ what: 'This room is open already.', why: `Another npm run room has its state, in ${relative(root, folder)}.`, next: 'End that one first, with Ctrl-C in its terminal.' }, 1)
  }
}

function begin(database: Connection, now: number): void {
  database.exec('BEGIN IMMEDIATE')
  const insert = database.prepare<[string, string]>('INSERT INTO about VALUES (?, ?)')
  for (const [name, value] of Object.entries({ format, id: newId(), code: newCode(), looking: newId(), began: String(now), host: '', port: '0' })) insert.run(name, value)
  database.exec('COMMIT')
}

function connect(driver: Driver, file: string): Connection {
  const database = driver.open(file)
  database.exec('PRAGMA busy_timeout = 2000')
  return database
}

function keptIn(database: Connection): Kept {
  const about = new Map(database.prepare<[], [string, string]>('SELECT name, value FROM about').all())
  const text = (name: string): string => {
    const value = about.get(name)
    if (value === undefined) throw new Error(`it does not say its ${name}`)
    return value
  }
  if (text('format') !== format) throw new Error(`its format is ${text('format')}, and this workshop reads ${format}`)
  const people = database
    .prepare<[], [string, string]>('SELECT token, state FROM people ORDER BY number')
    .all()
    .map(([token, state]) => {
      const person: unknown = JSON.parse(state)
      if (!isPerson(person)) throw new Error('a person in it is incomplete')
      return { token, person }
    })
  return { about: { id: text('id'), code: text('code'), looking: text('looking'), began: Number(text('began')), host: text('host'), port: Number(text('port')) }, people }
}

function sqlite(): Driver {
  try {
    return requireSqlite()
  } catch (error) {
    if (!(error instanceof MachineError)) throw error
    const { what, next } = error.explanation
    throw new ExplainedError({ what, why: 'The room keeps its state in SQLite, so it cannot be opened.', next }, 1)
  }
}

function reading<Result>(folder: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof ExplainedError ? error : unreadable(folder, error)
  }
}

function unreadable(folder: string, error: unknown): ExplainedError {
  return new ExplainedError(
    {
      what: `The room's state in ${relative(root, join(folder, fileName))} cannot be used: ${textOf(error)}.`,
      why: 'It has who has joined and what they have reached, so nothing was changed in it.',
      next: 'npm run room -- --new begins an empty room, and puts this file aside. People then join again.',
    },
    1,
  )
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}
