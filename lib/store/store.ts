import { checked, hashText, mix, type Component, type Hash, type MutableView, type Task, type World } from '../simulation/index.js'
import { Commit, verifyWrites } from './committing.js'
import { Database } from './database.js'
import { Get, List, type StoredList, type StoredRow } from './reading.js'
import type { StoreRequest } from './requests.js'
import { checkKey, prepare, type PreparedWrite, type Write } from './writes.js'

/** A document and the version that it had when it was read. */
export interface Versioned<T> {
  readonly value: T
  readonly version: number
}

export interface Listed<T> extends Versioned<T> {
  readonly id: string
}

/**
 * A service's own database, as its code sees it: documents in collections, read one by one or a collection at a time, and written
 * by atomic commits with optimistic concurrency. The model is that of document databases with a version or "etag" per document
 * (Azure Cosmos DB, Amazon DynamoDB with conditional writes), except that a commit may span collections, as in a relational one.
 */
export interface StoreContext {
  /** @throws UnavailableError when the store refuses. */
  readonly get: <T>(collection: string, id: string) => Promise<Versioned<T> | undefined>
  /** All documents of a collection, in the order of their ids. */
  readonly list: <T>(collection: string) => Promise<readonly Listed<T>[]>
  /**
   * Writes all or nothing. Returns the new version of each document, in the order of the writes.
   *
   * @throws ConcurrencyError when a condition (`insert`, `ifVersion`) does not hold: nothing was written.
   * @throws TimeoutError when no response came: it was written, or not.
   * @throws UnavailableError when the store refused: nothing was written.
   */
  readonly commit: (...writes: Write[]) => Promise<readonly number[]>
}

/** All services' databases: one each, and nobody reads another's. */
export class Stores implements Component {
  readonly #databases = new Map<string, Database>()

  constructor(readonly world: World) {}

  database(service: string): Database {
    let database = this.#databases.get(service)
    if (database === undefined) {
      database = new Database(service, this.world.journal)
      this.#databases.set(service, database)
    }
    return database
  }

  /** The store of the service that `task` belongs to. */
  context(task: Task): StoreContext {
    const { world } = this
    let found: Database | undefined
    /** Opened when something is simulated in it, and not before. */
    const database = (): Database => (found ??= this.database(task.process.node.name))
    return {
      get: <T>(collection: string, id: string) => {
        checked(task, () => {
          checkKey(collection, 'collection', 'store.get')
          checkKey(id, 'id', 'store.get')
        })
        return task.issue<Versioned<T> | undefined>({
          kind: 'store.get',
          label: `store.get('${collection}', '${id}')`,
          hash: mix(hashText(collection), hashText(id)),
          request: { kind: 'get', collection, id } satisfies StoreRequest,
          mustFinish: false,
          alternatives: (operation, offer) => offer(new Get(world, database(), operation, collection, id)),
          decode: (row) => decodeRow<T>(row as StoredRow),
        })
      },
      list: <T>(collection: string) => {
        checked(task, () => checkKey(collection, 'collection', 'store.list'))
        return task.issue<readonly Listed<T>[]>({
          kind: 'store.list',
          label: `store.list('${collection}')`,
          hash: mix(2, hashText(collection)),
          request: { kind: 'list', collection } satisfies StoreRequest,
          mustFinish: false,
          alternatives: (operation, offer) => offer(new List(world, database(), operation, collection)),
          decode: (rows) => (rows as StoredList).map(([id, version, text]) => ({ id, version, value: JSON.parse(text) as T })),
        })
      },
      commit: (...writes: Write[]) => {
        const prepared = checked(task, () => prepare(writes))
        return task.issue<readonly number[]>({
          kind: 'store.commit',
          label: `store.commit(${prepared.map(describeCall).join(', ')})`,
          hash: prepared.reduce((hash, write) => mix(hash, write.hash), 3),
          request: { kind: 'commit', writes: prepared } satisfies StoreRequest,
          mustFinish: true,
          alternatives: (operation, offer) => {
            offer(new Commit(world, database(), operation, prepared, 'answered'))
            if (!operation.process.node.definition.crashes) return
            if (world.mayMeet('ambiguousCommits')) {
              offer(new Commit(world, database(), operation, prepared, 'written, response lost'))
              offer(new Commit(world, database(), operation, prepared, 'not written, response lost'))
            }
            if (world.mayMeet('refusals')) offer(new Commit(world, database(), operation, prepared, 'refused'))
          },
          decode: (versions) => versions as readonly number[],
          ...(task.process.host.careful ? { verify: () => verifyWrites(task, writes, prepared) } : {}),
        })
      },
    }
  }

  alternatives(): void {
    // A store does nothing by itself.
  }

  key(): Hash {
    let key = 0
    for (const database of this.#databases.values()) key = mix(key, database.key)
    return key
  }

  view(view: MutableView): void {
    for (const [service, database] of this.#databases) view.stores[service] = database.collections()
  }

  close(): void {
    for (const database of this.#databases.values()) database.close()
  }
}

function decodeRow<T>(row: StoredRow): Versioned<T> | undefined {
  return row === null ? undefined : { value: JSON.parse(row[1]) as T, version: row[0] }
}

function describeCall(write: PreparedWrite): string {
  return `${write.kind}('${write.collection}', '${write.id}')`
}
