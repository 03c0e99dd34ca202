import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endpoint, insert, put, remove, type HandlerContext, type Write } from '../index.js'
import { tell } from '../exploration/fixtures/stories.js'
import { Journal } from '../simulation/index.js'
import { Database } from './database.js'
import { prepare } from './writes.js'

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

describe('documents', () => {
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

  test('belong to one service: another one does not see them', async () => {
    const seen: unknown[] = []
    const writer = endpoint('writer', { Go: (_message, { store, send }) => store.commit(put('things', 'x', 1)).then(() => send('reader', { type: 'Go' })) })
    const reader = endpoint('reader', { Go: async (_message, { store }) => void seen.push(await store.get('things', 'x'), await store.list('things')) })
    await tell({ nodes: [writer, reader], scenario: ({ send }) => send('writer', { type: 'Go' }) })
    expect(seen).toEqual([undefined, []])
  })
})

describe('conditions', () => {
  test.each<{ title: string; write: Write; outcome: string }>([
    { title: 'put over the version that was read', write: put('things', 'x', 2, { ifVersion: 1 }), outcome: 'versions 2' },
    { title: 'put over another version', write: put('things', 'x', 2, { ifVersion: 7 }), outcome: 'ConcurrencyError: things x has been changed by somebody else. Nothing was written.' },
    { title: 'put over what is not there', write: put('things', 'y', 2, { ifVersion: 0 }), outcome: 'ConcurrencyError: things y has been changed by somebody else. Nothing was written.' },
    { title: 'insert of what exists', write: insert('things', 'x', 2), outcome: 'ConcurrencyError: things x exists already. Nothing was written.' },
    { title: 'insert of what does not', write: insert('things', 'y', 2), outcome: 'versions 1' },
    { title: 'remove of the version that was read', write: remove('things', 'x', { ifVersion: 1 }), outcome: 'versions 2' },
    { title: 'remove of another version', write: remove('things', 'x', { ifVersion: 7 }), outcome: 'ConcurrencyError: things x has been changed by somebody else. Nothing was written.' },
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

describe('the journal takes a database back to exactly what it was', () => {
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
