import { Client, DatabaseError } from 'pg'
import { conflictMessage, outcomeUnknown, storeRefused, type PreparedWrite, type StoredList, type StoredRow, type StoreRequest } from '../store/index.js'
import { Failed, type Clearance } from './hosting.js'
import { schemaOf } from './names.js'

/** The table of a service's documents. A removed document leaves its version behind, so that one made anew is not mistaken for it. */
export function createStore(prefix: string, service: string): string {
  const schema = schemaOf(prefix, service)
  return `CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.documents (
      collection text   NOT NULL,
      id         text   NOT NULL,
      version    bigint NOT NULL,
      value      jsonb,            -- NULL: removed, the version stays
      PRIMARY KEY (collection, id)
    )`
}

/** A service's store in PostgreSQL: one connection, made anew when it has broken. */
export class PostgresStore {
  readonly #documents: string
  #client: Client | undefined
  /** What is asked for at the same time is done one after the other: there is one connection. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly address: string,
    prefix: string,
    service: string,
  ) {
    this.#documents = `${schemaOf(prefix, service)}.documents`
  }

  perform(request: StoreRequest, clearance: Clearance): Promise<unknown> {
    const turn = this.#queue.then(() => this.#perform(request, clearance))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #perform(request: StoreRequest, clearance: Clearance): Promise<unknown> {
    switch (request.kind) {
      case 'get':
        return this.#get(request.collection, request.id)
      case 'list':
        return this.#list(request.collection)
      case 'commit':
        return this.#commit(request.writes, clearance)
    }
  }

  /** Connects, so that the first operation need not. */
  async open(): Promise<void> {
    await this.#connected()
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => undefined)
  }

  async #get(collection: string, id: string): Promise<StoredRow> {
    const { rows } = await this.#read<{ version: string; value: string }>(`SELECT version, value::text FROM ${this.#documents} WHERE collection = $1 AND id = $2 AND value IS NOT NULL`, [collection, id])
    const [row] = rows
    return row === undefined ? null : [Number(row.version), row.value]
  }

  async #list(collection: string): Promise<StoredList> {
    const { rows } = await this.#read<{ id: string; version: string; value: string }>(`SELECT id, version, value::text FROM ${this.#documents} WHERE collection = $1 AND value IS NOT NULL ORDER BY id COLLATE "C"`, [collection])
    return rows.map(({ id, version, value }) => [id, Number(version), value])
  }

  /** A connection may have broken since it was used last; a read can be done again. */
  async #read<Row extends Record<string, string>>(sql: string, values: readonly string[]): Promise<{ readonly rows: Row[] }> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await (await this.#connected()).query<Row>(sql, [...values])
      } catch (error) {
        if (isSaid(error)) throw error
        if (attempt === 2) throw new Failed(storeRefused)
      }
    }
  }

  /**
   * One transaction, with its conditions in the statements. As long as COMMIT has not been sent, a broken connection means that nothing was written;
   * from then on nobody knows.
   */
  async #commit(writes: readonly PreparedWrite[], { how, reach }: Clearance): Promise<readonly number[]> {
    const ordered = how === 'refused'
    const versions = new Map<PreparedWrite, number>()
    const client = await this.#begun(ordered)
    // In one order, so that two commits never wait for each other.
    for (const write of writes.toSorted(byKey)) {
      const version = await beforeCommit(ordered, () => this.#write(client, write))
      if (version === undefined) {
        await client.query('ROLLBACK').catch(() => undefined)
        throw new Failed({ name: 'ConcurrencyError', message: conflictMessage(write) })
      }
      versions.set(write, version)
    }
    if (how !== 'plain' && !ordered) await reach()
    try {
      await client.query('COMMIT')
    } catch (error) {
      if (isSaid(error)) throw error
      throw new Failed(outcomeUnknown, how !== 'plain')
    }
    return writes.map((write) => versions.get(write) ?? 0)
  }

  /** A connection that has broken meanwhile is noticed here at the latest. */
  async #begun(ordered: boolean): Promise<Client> {
    return beforeCommit(ordered, async () => {
      const client = await this.#connected()
      await client.query('BEGIN')
      return client
    })
  }

  /** @returns the new version; `undefined` when the condition does not hold. */
  async #write(client: Client, write: PreparedWrite): Promise<number | undefined> {
    const { kind, collection, id, text, ifVersion } = write
    const key = [collection, id]
    const documents = this.#documents
    const run = async (sql: string, values: readonly unknown[]): Promise<number | undefined> => {
      const { rows } = await client.query<{ version: string }>(sql, [...values])
      return rows[0] === undefined ? undefined : Number(rows[0].version)
    }
    if (kind === 'insert') {
      return run(`INSERT INTO ${documents} AS d VALUES ($1, $2, 1, $3::jsonb) ON CONFLICT (collection, id) DO UPDATE SET version = d.version + 1, value = excluded.value WHERE d.value IS NULL RETURNING version`, [...key, text])
    }
    if (kind === 'put' && ifVersion === undefined) {
      return run(`INSERT INTO ${documents} AS d VALUES ($1, $2, 1, $3::jsonb) ON CONFLICT (collection, id) DO UPDATE SET version = d.version + 1, value = excluded.value RETURNING version`, [...key, text])
    }
    if (ifVersion !== undefined) {
      return run(`UPDATE ${documents} SET version = version + 1, value = $3::jsonb WHERE collection = $1 AND id = $2 AND value IS NOT NULL AND version = $4 RETURNING version`, [...key, text, ifVersion])
    }
    const removed = await run(`UPDATE ${documents} SET version = version + 1, value = NULL WHERE collection = $1 AND id = $2 AND value IS NOT NULL RETURNING version`, key)
    return removed ?? (await run(`SELECT version FROM ${documents} WHERE collection = $1 AND id = $2`, key)) ?? 0
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client
    const client = new Client({ connectionString: this.address, application_name: 'rock-solid-messaging' })
    const forget = (): void => {
      if (this.#client === client) this.#client = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    await client.connect()
    this.#client = client
    return client
  }
}

/** Nothing was written if this fails because of the connection. */
async function beforeCommit<Result>(ordered: boolean, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (isSaid(error)) throw error
    throw new Failed(storeRefused, ordered)
  }
}

/**
 * PostgreSQL has said what is wrong, and the connection is as good as before. When it ends a connection itself it says so first (class 57P,
 * `admin_shutdown` and its like): then it is broken as any other.
 */
function isSaid(error: unknown): boolean {
  return error instanceof DatabaseError && error.code?.startsWith('57P') !== true
}

function byKey(one: PreparedWrite, other: PreparedWrite): number {
  const [left, right] = [`${one.collection}\0${one.id}`, `${other.collection}\0${other.id}`]
  return left < right ? -1 : left > right ? 1 : 0
}
