import { add, hashText, mix, subtract, type DocumentView, type Hash, type Journal, type Json } from '../simulation/index.js'
import { requireSqlite } from './sqlite/choose.js'
import type { Connection, Statement } from './sqlite/driver.js'
import type { PreparedWrite } from './writes.js'

/** A document as it is stored: JSON text, and a version that grows with every write, also over a removal. */
export class Row {
  #content: Hash | undefined
  #key: Hash | undefined

  constructor(
    private readonly collection: string,
    private readonly id: string,
    readonly version: number,
    /** JSON; `null` when the document was removed. */
    readonly text: string | null,
  ) {}

  /** Of what whoever reads it gets to know. */
  get content(): Hash {
    this.#content ??= mix(hashText(this.text ?? ''), this.version)
    return this.#content
  }

  /** Its share of the key of the store's state. */
  get key(): Hash {
    this.#key ??= mix(hashText(`${this.collection}/${this.id}=${this.text ?? ''}`), this.version) // no JSON is empty
    return this.#key
  }
}

/** What a commit came to, in the order of its writes. */
export interface Committed {
  readonly versions: readonly number[]
  /** What was there. */
  readonly before: readonly (Row | undefined)[]
}

/**
 * One service's documents, in SQLite. Removed documents leave their version behind, so that a document made anew is not mistaken
 * for the one that was read before (the ABA problem). The connection outlives the executions; the journal takes its contents back.
 *
 * Everything happens in one transaction of SQLite that never ends: nobody else sees the database, so nothing has to be made durable or undone, and a
 * statement takes a third less than one in a transaction of its own. A commit is checked as a whole before its first write.
 */
export class Database {
  readonly #connection: Connection
  readonly #select: Statement<[string, string], [number, string | null]>
  readonly #list: Statement<[string], [string, number, string]>
  readonly #all: Statement<[], [string, string, number, string]>
  readonly #names: Statement<[], [string]>
  readonly #upsert: Statement<[string, string, number, string | null]>
  readonly #delete: Statement<[string, string]>
  /** The sum of the hashes of all rows. */
  #key: Hash = 0
  /** What promises have read since the last change. */
  #views = new Map<string, readonly DocumentView[]>()
  #namesView: readonly string[] | undefined
  /** Rows that were read or written before, by collection and id; `undefined` for what is not there. */
  readonly #rows = new Map<string, Map<string, Row | undefined>>()

  constructor(
    readonly service: string,
    readonly journal: Journal,
    driver = requireSqlite(),
  ) {
    this.#connection = driver.open(':memory:')
    this.#connection.exec('PRAGMA journal_mode = MEMORY')
    this.#connection.exec('PRAGMA synchronous = OFF')
    this.#connection.exec(
      `CREATE TABLE IF NOT EXISTS documents (
         collection TEXT NOT NULL,
         id         TEXT NOT NULL,
         version    INTEGER NOT NULL,
         value      TEXT,            -- JSON; NULL: removed, the version stays
         PRIMARY KEY (collection, id)
       ) WITHOUT ROWID`,
    )
    this.#select = this.#connection.prepare<[string, string], [number, string | null]>('SELECT version, value FROM documents WHERE collection = ? AND id = ?')
    this.#list = this.#connection.prepare<[string], [string, number, string]>('SELECT id, version, value FROM documents WHERE collection = ? AND value IS NOT NULL ORDER BY id')
    this.#all = this.#connection.prepare<[], [string, string, number, string]>('SELECT collection, id, version, value FROM documents WHERE value IS NOT NULL ORDER BY collection, id')
    this.#names = this.#connection.prepare<[], [string]>('SELECT DISTINCT collection FROM documents WHERE value IS NOT NULL ORDER BY collection')
    this.#upsert = this.#connection.prepare('INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value')
    this.#delete = this.#connection.prepare('DELETE FROM documents WHERE collection = ? AND id = ?')
    this.#connection.exec('BEGIN')
  }

  get key(): Hash {
    return this.#key
  }

  get(collection: string, id: string): Row | undefined {
    const rows = this.#rowsOf(collection)
    const known = rows.get(id)
    if (known !== undefined || rows.has(id)) return known
    const values = this.#select.get(collection, id)
    const row = values === undefined ? undefined : new Row(collection, id, values[0], values[1])
    this.#keep(rows, id, row)
    return row
  }

  list(collection: string): readonly (readonly [id: string, version: number, text: string])[] {
    return this.#list.all(collection)
  }

  /** All writes, or none: then the first write whose condition does not hold is returned, with what was found. */
  commit(writes: readonly PreparedWrite[]): Committed | { readonly conflict: PreparedWrite; readonly found: Row | undefined } {
    const before = writes.map((write) => this.get(write.collection, write.id))
    for (const [index, write] of writes.entries()) {
      const found = before[index]
      if (!holds(write, found)) return { conflict: write, found }
    }
    const versions: number[] = []
    for (const [index, write] of writes.entries()) {
      const old = before[index]
      const version = (old?.version ?? 0) + 1
      if (write.text === null && (old?.text ?? null) === null) {
        versions.push(old?.version ?? 0) // nothing to remove
        continue
      }
      versions.push(version)
      const row = new Row(write.collection, write.id, version, write.text)
      this.#write(write.collection, write.id, row, old)
      this.journal.record(() => this.#write(write.collection, write.id, old, row))
    }
    return { versions, before }
  }

  /** True when the commit would fail now. */
  conflicts(writes: readonly PreparedWrite[]): boolean {
    return writes.some((write) => !holds(write, this.get(write.collection, write.id)))
  }

  /**
   * True when the commit fails, whatever others do before: it asks for a version that is gone for good, for versions only grow. What it says
   * is then always the same, because no write before that one has a condition.
   */
  isDoomed(writes: readonly PreparedWrite[]): boolean {
    const write = writes.find(({ kind, ifVersion }) => kind === 'insert' || ifVersion !== undefined)
    if (write?.ifVersion === undefined) return false
    return (this.get(write.collection, write.id)?.version ?? 0) > write.ifVersion
  }

  /** For promises and stories: the documents of a collection in the order of their ids, kept until the next change. */
  documents(collection: string): readonly DocumentView[] {
    const known = this.#views.get(collection)
    if (known !== undefined) return known
    const documents = this.list(collection).map(([id, version, text]) => ({ id, version, value: JSON.parse(text) as Json }))
    this.#views.set(collection, documents)
    return documents
  }

  /** For promises: the names of the collections in which there is a document, in their order. */
  collectionNames(): readonly string[] {
    this.#namesView ??= this.#names.all().map(([name]) => name)
    return this.#namesView
  }

  collections(): Record<string, DocumentView[]> {
    const view: Record<string, DocumentView[]> = {}
    for (const [collection, id, version, text] of this.#all.all()) (view[collection] ??= []).push({ id, version, value: JSON.parse(text) as Json })
    return view
  }

  close(): void {
    this.#connection.close()
  }

  #write(collection: string, id: string, row: Row | undefined, old: Row | undefined): void {
    if (row === undefined) this.#delete.run(collection, id)
    else this.#upsert.run(collection, id, row.version, row.text)
    if (old !== undefined) this.#key = subtract(this.#key, old.key)
    if (row !== undefined) this.#key = add(this.#key, row.key)
    this.#keep(this.#rowsOf(collection), id, row)
    if (this.#views.size > 0) this.#views = new Map()
    this.#namesView = undefined
  }

  #rowsOf(collection: string): Map<string, Row | undefined> {
    let rows = this.#rows.get(collection)
    if (rows === undefined) {
      rows = new Map()
      this.#rows.set(collection, rows)
    }
    return rows
  }

  #keep(rows: Map<string, Row | undefined>, id: string, row: Row | undefined): void {
    if (rows.size >= mostRows) rows.clear()
    rows.set(id, row)
  }
}

function holds(write: PreparedWrite, row: Row | undefined): boolean {
  const exists = row !== undefined && row.text !== null
  if (write.kind === 'insert') return !exists
  if (write.ifVersion === undefined) return true
  return exists && row.version === write.ifVersion
}

/** Of a collection: so many rows are kept at hand. */
const mostRows = 1_000
