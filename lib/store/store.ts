import {
  failure,
  hashText,
  injected,
  MisuseError,
  mix,
  processName,
  success,
  type Alternative,
  type Component,
  type FaultName,
  type Hash,
  type Impact,
  type Json,
  type MutableView,
  type Operation,
  type Result,
  type StepDescription,
  type Task,
  type World,
} from '../simulation/index.js'
import { Database } from './database.js'
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
  get<T>(collection: string, id: string): Promise<Versioned<T> | undefined>
  /** All documents of a collection, in the order of their ids. */
  list<T>(collection: string): Promise<readonly Listed<T>[]>
  /**
   * Writes all or nothing. Returns the new version of each document, in the order of the writes.
   *
   * @throws ConcurrencyError when a condition (`insert`, `ifVersion`) does not hold: nothing was written.
   * @throws TimeoutError when no answer came: it was written, or not.
   * @throws UnavailableError when the store refused: nothing was written.
   */
  commit(...writes: Write[]): Promise<readonly number[]>
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
    const database = this.database(task.process.node.name)
    const { world } = this
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
          request: undefined,
          mustFinish: false,
          alternatives: (operation, offer) => offer(new Get(world, database, operation, collection, id)),
          decode: (row) => decodeRow<T>(row as StoredRow),
        })
      },
      list: <T>(collection: string) => {
        checked(task, () => checkKey(collection, 'collection', 'store.list'))
        return task.issue<readonly Listed<T>[]>({
          kind: 'store.list',
          label: `store.list('${collection}')`,
          hash: mix(2, hashText(collection)),
          request: undefined,
          mustFinish: false,
          alternatives: (operation, offer) => offer(new List(world, database, operation, collection)),
          decode: (rows) => (rows as StoredList).map(([id, version, text]) => ({ id, version, value: JSON.parse(text) as T })),
        })
      },
      commit: (...writes: Write[]) => {
        const prepared = checked(task, () => prepare(writes))
        return task.issue<readonly number[]>({
          kind: 'store.commit',
          label: `store.commit(${prepared.map(describeCall).join(', ')})`,
          hash: prepared.reduce((hash, write) => mix(hash, write.hash), 3),
          request: undefined,
          mustFinish: true,
          alternatives: (operation, offer) => {
            offer(new Commit(world, database, operation, prepared, 'answered'))
            if (!operation.process.node.definition.crashes) return
            if (world.mayMeet('ambiguousCommits')) {
              offer(new Commit(world, database, operation, prepared, 'written, answer lost'))
              offer(new Commit(world, database, operation, prepared, 'not written, answer lost'))
            }
            if (world.mayMeet('refusals')) offer(new Commit(world, database, operation, prepared, 'refused'))
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

type StoredRow = readonly [version: number, text: string] | null
type StoredList = readonly (readonly [id: string, version: number, text: string])[]

function decodeRow<T>(row: StoredRow): Versioned<T> | undefined {
  return row === null ? undefined : { value: JSON.parse(row[1]) as T, version: row[0] }
}

/** Mistakes in a call end the execution, even if the code catches them. */
function checked<T>(task: Task, check: () => T): T {
  try {
    return check()
  } catch (error) {
    task.process.host.fail(error)
    throw error
  }
}

class Get implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly eager: boolean
  #found: StoredRow = null

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly collection: string,
    private readonly id: string,
  ) {
    this.slot = operation.process.slot
    this.eager = hasStoreToItself(operation)
  }

  label(): string {
    return `${who(this.operation)} reads ${this.collection} ${this.id}`
  }

  perform(): Impact {
    const row = this.database.get(this.collection, this.id)
    this.#found = row?.text == null ? null : [row.version, row.text]
    const hash = this.#found === null ? 5 : mix(hashText(this.#found[1]), this.#found[0])
    return settle(this.operation, success(this.#found, hash))
  }

  describe(): StepDescription {
    const found = this.#found
    return {
      ...between(this.world, this.operation),
      action: 'read',
      text: `get ${this.collection} ${this.id}`,
      outcome: found === null ? 'none' : `version ${found[0]}`,
      data: found === null ? null : (JSON.parse(found[1]) as Json),
    }
  }
}

class List implements Alternative {
  readonly fault = undefined
  readonly slot: number
  readonly eager: boolean
  #found: StoredList = []

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly collection: string,
  ) {
    this.slot = operation.process.slot
    this.eager = hasStoreToItself(operation)
  }

  label(): string {
    return `${who(this.operation)} lists ${this.collection}`
  }

  perform(): Impact {
    this.#found = this.database.list(this.collection)
    return settle(this.operation, success(this.#found, hashText(JSON.stringify(this.#found))))
  }

  describe(): StepDescription {
    return {
      ...between(this.world, this.operation),
      action: 'read',
      text: `list ${this.collection}`,
      outcome: this.#found.length === 1 ? '1 document' : `${this.#found.length} documents`,
      data: this.#found.map(([id, version, text]) => ({ id, version, value: JSON.parse(text) as Json })),
    }
  }
}

type CommitVariant = 'answered' | 'written, answer lost' | 'not written, answer lost' | 'refused'

const commitFaults: Readonly<Record<CommitVariant, FaultName | undefined>> = {
  answered: undefined,
  'written, answer lost': 'ambiguousCommits',
  'not written, answer lost': 'ambiguousCommits',
  refused: 'refusals',
}

class Commit implements Alternative {
  readonly fault: FaultName | undefined
  readonly slot: number
  readonly eager: boolean
  #outcome = ''

  constructor(
    private readonly world: World,
    private readonly database: Database,
    private readonly operation: Operation,
    private readonly writes: readonly PreparedWrite[],
    private readonly variant: CommitVariant,
  ) {
    this.fault = commitFaults[variant]
    this.slot = operation.process.slot
    this.eager = variant === 'answered' && !world.watchesEveryStep && hasStoreToItself(operation)
  }

  label(): string {
    const what = `${who(this.operation)} commits ${this.writes.map((write) => `${write.collection} ${write.id}`).join(', ')}`
    return this.variant === 'answered' ? what : `${what} (${this.variant})`
  }

  perform(): Impact {
    const { variant } = this
    if (variant === 'refused') {
      this.#outcome = 'refused, nothing written'
      return settle(this.operation, injected({ name: 'UnavailableError', message: 'The store is not available. Nothing was written.' }, 11))
    }
    if (variant === 'not written, answer lost') {
      this.#outcome = 'nothing written, no answer'
      return settle(this.operation, lostAnswer)
    }
    const result = this.database.commit(this.writes)
    if ('conflict' in result) {
      const { collection, id, kind } = result.conflict
      this.#outcome = `✗ conflict: ${collection} ${id} ${kind === 'insert' ? 'exists' : 'has changed'}`
      if (variant === 'written, answer lost') return settle(this.operation, lostAnswer)
      const message = kind === 'insert' ? `${collection} ${id} exists already. Nothing was written.` : `${collection} ${id} has been changed by somebody else. Nothing was written.`
      return settle(this.operation, failure({ name: 'ConcurrencyError', message }, 12))
    }
    this.#outcome = this.writes.map((write, index) => describeWrite(write, result.versions[index] ?? 0)).join(', ')
    if (variant === 'written, answer lost') {
      this.#outcome += ' — no answer'
      return settle(this.operation, lostAnswer)
    }
    return settle(this.operation, success(result.versions, result.versions.reduce(mix, 13)))
  }

  describe(): StepDescription {
    return {
      ...between(this.world, this.operation),
      action: 'commit',
      text: 'commit',
      outcome: this.#outcome,
      data: this.writes.map((write) => ({ [write.kind]: `${write.collection} ${write.id}`, value: write.text === null ? null : (JSON.parse(write.text) as Json) })),
    }
  }
}

const lostAnswer: Result = injected({ name: 'TimeoutError', message: 'No answer from the store within the time limit: the commit took effect, or it did not.' }, 10)

/** Nobody else reads or writes the database of a service that runs as one process and does one thing at a time. */
function hasStoreToItself(operation: Operation): boolean {
  const { node } = operation.process
  return node.slots.length === 1 && node.definition.concurrency === 1 && operation.process.waitsOnlyFor(operation)
}

function settle(operation: Operation, result: Result): Impact {
  return { kind: 'settle', slot: operation.process.slot, sequence: operation.sequence, result }
}

function between(world: World, operation: Operation): Pick<StepDescription, 'from' | 'to' | 'task'> {
  return {
    from: world.participant(operation.process.slot),
    to: { name: operation.process.node.name, kind: 'store', instance: 1 },
    task: operation.task.label,
  }
}

function who(operation: Operation): string {
  return `${processName(operation.process)}, ${operation.task.label},`
}

function describeWrite(write: PreparedWrite, version: number): string {
  if (write.kind === 'remove') return `− ${write.collection} ${write.id}`
  return version === 1 ? `+ ${write.collection} ${write.id}` : `${write.collection} ${write.id} → version ${version}`
}

function describeCall(write: PreparedWrite): string {
  return `${write.kind}('${write.collection}', '${write.id}')`
}

function verifyWrites(task: Task, writes: readonly Write[], prepared: readonly PreparedWrite[]): void {
  for (const [index, write] of writes.entries()) {
    const before = prepared[index]
    if (before === undefined || write.kind === 'remove' || JSON.stringify(write.value) === before.text) continue
    throw mutated(task, `the document ${write.collection} ${write.id}`, 'store.commit')
  }
}

/** The answer to an object that was changed after it had been handed over. */
export function mutated(task: Task, what: string, call: string): MisuseError {
  return new MisuseError('mutated-after-handover', {
    what: `${task.process.node.name}: ${what} was changed after it had been handed to ${call}.`,
    why: 'What was handed over is what counts; the change reaches nobody. Code that relies on it works only as long as everything runs in one memory.',
    next: 'Make the change before the call, or make a copy and change that: { ...document, status: "paid" }.',
  })
}
