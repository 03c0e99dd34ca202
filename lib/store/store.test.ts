import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { endpoint, insert, put, remove, type HandlerContext, type Write } from '../index.js'
import { tell } from '../exploration/fixtures/stories.js'
import { Journal } from '../simulation/index.js'
import { Database } from './database.js'
import type * as choice from './sqlite/choose.js'
import type { Driver } from './sqlite/driver.js'
import { availableDrivers } from './sqlite/fixtures/available.js'
import { prepare } from './writes.js'

const current = vi.hoisted((): { driver: Driver | undefined; opened: number } => ({ driver: undefined, opened: 0 }))

vi.mock('./sqlite/choose.js', async (load) => ({
  ...(await load<typeof choice>()),
  requireSqlite: (): Driver => {
    const { driver } = current
    if (driver === undefined) throw new Error('Which SQLite?')
    current.opened += 1
    return driver
  },
}))

/** Runs code in a handler, once, and gives what it returned. */
async function inside<T>(code: (store: HandlerContext['store']) => Promise<T>, documents: Record<string, unknown> = {}): Promise<T> {
  const results: T[] = []
  const worker = endpoint('worker', { Go: async (_message, { store }) => void results.push(await code(store)) }, { instances: 1 })
  await tell({ nodes: [worker], documents: { worker: { things: documents } }, scenario: ({ send }) => send('worker', { type: 'Go' }) })
  const [result] = results
  if (result === undefined) throw new Error('It did not run.')
  return result
}

const nameOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : 'thrown')

const documents = (): void => void describe('documents', () => {
  test('come back with their version, which grows with every write', async () => {
    expect(
      await inside(async (store) => {
        const none = await store.get('things', 'x')
        const first = await store.commit(put('things', 'x', { a: 1 }))
        const second = await store.commit(put('things', 'x', { a: 2 }))
        return [none, first, second, await store.get('things', 'x')]
      }),
    ).toEqual([undefined, [1], [2], { value: { a: 2 }, version: 2 }])
  })

  test('are listed in the order of their ids, collection by collection', async () => {
    expect(
      await inside(async (store) => {
        await store.commit(put('things', 'b', 2), put('things', 'a', 1), put('others', 'c', 3))
        return store.list('things')
      }),
    ).toEqual([{ id: 'a', version: 1, value: 1 }, { id: 'b', version: 1, value: 2 }])
  })

  test('are copies: what the code does with them changes nothing', async () => {
    expect(
      await inside(async (store) => {
        const found = await store.get<{ tags: string[] }>('things', 'x')
        found?.value.tags.push('changed')
        return (await store.get('things', 'x'))?.value
      }, { x: { tags: [] } }),
    ).toEqual({ tags: [] })
  })

  test('are found by texts without a NUL, which some databases cut off', async () => {
    await expect(inside((store) => store.get('things', 'a\0b'))).rejects.toThrow('`store.get` was called with "a\\u0000b" as id.')
  })

  test('belong to one service: another one does not see them', async () => {
    const seen: unknown[] = []
    const writer = endpoint('writer', { Go: (_message, { store, send }) => store.commit(put('things', 'x', 1)).then(() => send('reader', { type: 'Go' })) })
    const reader = endpoint('reader', { Go: async (_message, { store }) => void seen.push(await store.get('things', 'x'), await store.list('things')) })
    await tell({ nodes: [writer, reader], scenario: ({ send }) => send('writer', { type: 'Go' }) })
    expect(seen).toEqual([undefined, []])
  })
})

const conditions = (): void => void describe('conditions', () => {
  test.each<{ title: string; write: Write; outcome: string }>([
    { title: 'put over the version that was read', write: put('things', 'x', 2, { ifVersion: 1 }), outcome: 'versions 2' },
    { title: 'put over another version', write: put('things', 'x', 2, { ifVersion: 7 }), outcome: 'ConcurrencyError: things x is not at version 7. Nothing was written.' },
    { title: 'put over what is not there', write: put('things', 'y', 2, { ifVersion: 0 }), outcome: 'ConcurrencyError: things y is not at version 0. Nothing was written.' },
    { title: 'insert of what exists', write: insert('things', 'x', 2), outcome: 'ConcurrencyError: things x exists already. Nothing was written.' },
    { title: 'insert of what does not', write: insert('things', 'y', 2), outcome: 'versions 1' },
    { title: 'remove of the version that was read', write: remove('things', 'x', { ifVersion: 1 }), outcome: 'versions 2' },
    { title: 'remove of another version', write: remove('things', 'x', { ifVersion: 7 }), outcome: 'ConcurrencyError: things x is not at version 7. Nothing was written.' },
    { title: 'remove of what is not there', write: remove('things', 'y'), outcome: 'versions 0' },
  ])('$title', async ({ write, outcome }) => {
    expect(await inside((store) => store.commit(write).then((versions) => `versions ${versions.join()}`, nameOf), { x: 1 })).toBe(outcome)
  })

  test('one that does not hold: nothing of the commit was written', async () => {
    expect(
      await inside(async (store) => {
        const outcome = await store.commit(put('things', 'a', 1), insert('things', 'x', 2), put('things', 'b', 1)).then(() => 'done', nameOf)
        return [outcome.slice(0, 16), await store.list('things')]
      }, { x: 1 }),
    ).toEqual(['ConcurrencyError', [{ id: 'x', version: 1, value: 1 }]])
  })

  test('a document that was removed and made anew is not the one that was read (ABA)', async () => {
    expect(
      await inside(async (store) => {
        const read = await store.get('things', 'x')
        await store.commit(remove('things', 'x'))
        const gone = await store.get('things', 'x')
        await store.commit(insert('things', 'x', 1))
        const again = await store.get('things', 'x')
        return [read?.version, gone, again?.version, await store.commit(put('things', 'x', 2, { ifVersion: read?.version ?? 0 })).then(() => 'done', (error: unknown) => nameOf(error).slice(0, 16))]
      }, { x: 1 }),
    ).toEqual([1, undefined, 3, 'ConcurrencyError'])
  })
})

const journal = (): void => void describe('the journal takes a database back to exactly what it was', () => {
  const id = fc.constantFrom('x', 'y', 'z')
  const write = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), id, value: fc.jsonValue() }),
    fc.record({ kind: fc.constant('insert' as const), id, value: fc.jsonValue() }),
    fc.record({ kind: fc.constant('remove' as const), id }),
    fc.record({ kind: fc.constant('update' as const), id, value: fc.nat(), version: fc.integer({ min: 1, max: 4 }) }),
  )
  const commits = fc.array(fc.uniqueArray(write, { selector: (one) => one.id, minLength: 1, maxLength: 3 }), { maxLength: 8 })

  type OneWrite = typeof write extends fc.Arbitrary<infer Value> ? Value : never

  function toWrite(one: OneWrite): Write {
    switch (one.kind) {
      case 'put':
        return put('things', one.id, one.value)
      case 'insert':
        return insert('things', one.id, one.value)
      case 'remove':
        return remove('things', one.id)
      case 'update':
        return put('things', one.id, one.value, { ifVersion: one.version })
    }
  }

  test('whatever was committed in between', () => {
    const journal = new Journal()
    const database = new Database('worker', journal)
    const look = (): unknown => ({ key: database.key, rows: ['x', 'y', 'z'].map((name) => database.get('things', name)), list: database.list('things'), view: database.documents('things'), all: database.collections() })
    try {
      fc.assert(
        fc.property(commits, commits, (before, after) => {
          journal.rollback(0)
          expect(database.key).toBe(0)
          for (const writes of before) database.commit(prepare(writes.map(toWrite)))
          const { position } = journal
          const then = look()
          for (const writes of after) database.commit(prepare(writes.map(toWrite)))
          journal.rollback(position)
          expect(look()).toEqual(then)
        }),
        { numRuns: 200, seed: 1 },
      )
    } finally {
      database.close()
    }
  })

  test('and its key says what it contains, however it came to that', () => {
    const journal = new Journal()
    const databases = [new Database('a', journal), new Database('b', journal)] as const
    const [one, other] = databases
    const commit = (database: Database, ...writes: Write[]): void => void database.commit(prepare(writes))
    commit(one, put('things', 'x', 1), put('things', 'y', 2))
    commit(other, put('things', 'y', 2))
    expect(other.key).not.toBe(one.key)
    commit(other, put('things', 'x', 1))
    expect(other.key).toBe(one.key)
    commit(other, put('things', 'x', 1)) // the same value, another version
    expect(other.key).not.toBe(one.key)
    for (const database of databases) database.close()
  })
})

const likeAMap = (): void => void describe('generated commits', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }).filter((text) => !text.includes('\0'))
  const write = fc.record({ collection: key, id: key, value: fc.option(fc.jsonValue(), { freq: 3 }) })
  const commits = fc.array(fc.uniqueArray(write, { selector: ({ collection, id }) => `${collection}/${id}`, minLength: 1, maxLength: 3 }), { maxLength: 10 })

  test('leave what a map would have, whatever the ids are made of', () => {
    fc.assert(
      fc.property(commits, (all) => {
        const database = new Database('worker', new Journal())
        const map = new Map<string, { collection: string; id: string; version: number; text: string | undefined }>()
        for (const writes of all) {
          database.commit(prepare(writes.map(({ collection, id, value }) => (value === null ? remove(collection, id) : put(collection, id, value)))))
          for (const { collection, id, value } of writes) {
            const before = map.get(`${collection}\0${id}`)
            if (value === null && before?.text === undefined) continue
            map.set(`${collection}\0${id}`, { collection, id, version: (before?.version ?? 0) + 1, text: value === null ? undefined : JSON.stringify(value) })
          }
        }
        const left = [...map.values()].filter(({ text }) => text !== undefined).sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
        const collections = [...new Set(left.map(({ collection }) => collection))]
        for (const name of collections) {
          expect(database.list(name)).toEqual(left.filter(({ collection }) => collection === name).map(({ id, version, text }) => [id, version, text]))
        }
        expect(Object.keys(database.collections()).sort()).toEqual(collections.sort())
        database.close()
      }),
      { numRuns: 200, seed: 1 },
    )
  })
})

// Everything above is run with each SQLite that this machine has; sqlite/drivers.test.ts says which these are.
describe.each(availableDrivers)('with $name', (driver) => {
  beforeAll(() => {
    Object.assign(current, { driver, opened: 0 })
  })

  afterAll(() => {
    expect(current.opened).toBeGreaterThan(0)
  })

  documents()
  conditions()
  journal()
  likeAMap()
})

