import { hashText, mix, MisuseError, serialise, type Hash } from '../simulation/index.js'

/** One write of a commit. Made by `put`, `insert` and `remove`. */
export type Write = PutWrite | InsertWrite | RemoveWrite

export interface PutWrite {
  readonly kind: 'put'
  readonly collection: string
  readonly id: string
  readonly value: unknown
  readonly ifVersion?: number
}

export interface InsertWrite {
  readonly kind: 'insert'
  readonly collection: string
  readonly id: string
  readonly value: unknown
}

export interface RemoveWrite {
  readonly kind: 'remove'
  readonly collection: string
  readonly id: string
  readonly ifVersion?: number
}

export interface Condition {
  /** The write happens only if the document still has this version; otherwise the commit fails with a ConcurrencyError. */
  readonly ifVersion?: number
}

/** Writes a document, new or not. With `ifVersion`, only over the version that you read. */
export function put(collection: string, id: string, value: unknown, condition: Condition = {}): Write {
  return { kind: 'put', collection, id, value, ...condition }
}

/** Writes a document that must not exist yet; otherwise the commit fails with a ConcurrencyError. */
export function insert(collection: string, id: string, value: unknown): Write {
  return { kind: 'insert', collection, id, value }
}

/**
 * Removes a document. With `ifVersion`, only the version that you read: if it has changed or is gone, the commit fails with a
 * ConcurrencyError. Without, removing what is not there does nothing.
 */
export function remove(collection: string, id: string, condition: Condition = {}): Write {
  return { kind: 'remove', collection, id, ...condition }
}

/** A write as it leaves the process: text, not objects. */
export interface PreparedWrite {
  readonly kind: Write['kind']
  readonly collection: string
  readonly id: string
  /** JSON; `null` for a removal. */
  readonly text: string | null
  readonly ifVersion: number | undefined
  readonly hash: Hash
}

/** @throws MisuseError for an empty commit, a write of something else than a write, two writes to one document, or a value that is not plain data. */
export function prepare(writes: readonly Write[]): PreparedWrite[] {
  if (writes.length === 0) {
    throw new MisuseError('empty-commit', {
      what: '`store.commit()` was called with nothing to write.',
      why: 'Nothing would be stored, and the code would go on as if it were. Usually a write was forgotten, or an array was passed as one argument where it had to be spread.',
      next: 'Pass the writes as arguments: commit(insert(…), put(…)), or commit(...writes).',
    })
  }
  const seen = new Set<string>()
  return writes.map((write, index) => prepareOne(write, index, seen))
}

function prepareOne(write: Write, index: number, seen: Set<string>): PreparedWrite {
  const given: unknown = write
  if (typeof given !== 'object' || given === null || !('kind' in given) || !['put', 'insert', 'remove'].includes(String(given.kind))) {
    throw new MisuseError('invalid-argument', {
      what: `Argument ${index + 1} of \`store.commit()\` is not a write.`,
      why: 'A commit takes writes, and writes them all or none.',
      next: 'Make writes with put(collection, id, value), insert(collection, id, value) and remove(collection, id).',
    })
  }
  checkKey(write.collection, 'collection', write.kind)
  checkKey(write.id, 'id', write.kind)
  const key = `${write.collection}/${write.id}`
  if (seen.has(key)) {
    throw new MisuseError('invalid-argument', {
      what: `One commit writes ${write.collection} ${write.id} twice.`,
      why: 'All writes of a commit happen at once, so neither comes first.',
      next: 'Put both changes into one write.',
    })
  }
  seen.add(key)
  const ifVersion = write.kind === 'insert' ? undefined : checkVersion(write)
  const text = write.kind === 'remove' ? null : serialise(write.value, `The value of ${write.kind}('${write.collection}', '${write.id}')`)
  const hash = mix(hashText(`${write.kind} ${key} ${text ?? ''}`), ifVersion ?? 0)
  return { kind: write.kind, collection: write.collection, id: write.id, text, ifVersion, hash }
}

function checkVersion(write: PutWrite | RemoveWrite): number | undefined {
  if (!('ifVersion' in write)) return undefined
  const { ifVersion } = write
  if (typeof ifVersion === 'number' && Number.isInteger(ifVersion)) return ifVersion
  throw new MisuseError('invalid-argument', {
    what: `${write.kind}('${write.collection}', '${write.id}', …) was given \`ifVersion: ${String(ifVersion)}\`.`,
    why: 'Without a version there is nothing to compare with, and the write would overwrite whatever anybody else has written.',
    next: `Pass the version that \`store.get\` returned beside the value. For a document that must not exist yet, use insert().`,
  })
}

export function checkKey(key: unknown, what: string, call: string): void {
  if (typeof key === 'string' && key.includes('\0')) {
    throw new MisuseError('invalid-argument', {
      what: `\`${call}\` was called with ${JSON.stringify(key)} as ${what}.`,
      why: 'It contains the character NUL, at which many databases end a text, so another document could be meant.',
      next: `Join the parts of a key by a character such as /, and look where the ${what} comes from.`,
    })
  }
  if (typeof key === 'string' && key !== '') return
  throw new MisuseError('invalid-argument', {
    what: `\`${call}\` was called with ${typeof key === 'string' ? 'an empty text' : String(key)} as ${what}.`,
    why: 'A document is found by its collection and its id, and both are texts.',
    next: `Look where the ${what} comes from: a misspelt field of a message or a route parameter is undefined.`,
  })
}
