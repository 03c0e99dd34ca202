import { describe, expect, test } from 'vitest'
import { insert, put, remove, type Write } from '../index.js'
import { MisuseError } from '../simulation/index.js'
import { checkKey, prepare } from './writes.js'

function told(make: () => unknown): object {
  try {
    make()
  } catch (error) {
    if (error instanceof MisuseError) return { kind: error.kind, ...error.explanation }
    throw error
  }
  throw new Error('Nobody was told anything.')
}

/** What JavaScript, or a cast, may pass as a write. */
const untyped = (...writes: readonly unknown[]): object => told(() => prepare(writes as readonly Write[]))

describe('a write', () => {
  test('is text when it leaves the process', () => {
    expect(prepare([put('things', 'x', { a: 1 }), put('things', 'y', 2, { ifVersion: 3 }), insert('things', 'z', null), remove('things', 'a'), remove('things', 'b', { ifVersion: 1 })])).toMatchObject([
      { kind: 'put', collection: 'things', id: 'x', text: '{"a":1}', ifVersion: undefined },
      { kind: 'put', collection: 'things', id: 'y', text: '2', ifVersion: 3 },
      { kind: 'insert', collection: 'things', id: 'z', text: 'null', ifVersion: undefined },
      { kind: 'remove', collection: 'things', id: 'a', text: null, ifVersion: undefined },
      { kind: 'remove', collection: 'things', id: 'b', text: null, ifVersion: 1 },
    ])
  })

  test('is another one when anything of it is another', () => {
    const writes = [put('a', 'x', 1), put('b', 'x', 1), put('a', 'y', 1), put('a', 'x', 2), put('a', 'x', 1, { ifVersion: 1 }), put('a', 'x', 1, { ifVersion: 2 }), insert('a', 'x', 1), remove('a', 'x'), remove('a', 'x', { ifVersion: 1 })]
    const hashes = writes.flatMap((write) => prepare([write]).map(({ hash }) => hash))
    expect(new Set(hashes).size).toBe(writes.length)
    expect(prepare([put('a', 'x', 1)])).toEqual(prepare([put('a', 'x', 1)]))
  })

  test.each([[undefined], [null], ['put'], [{}], [{ kind: 'update', collection: 'a', id: 'x' }], [[put('a', 'x', 1)]]])('%j is none', (given) => {
    expect(untyped(put('a', 'x', 1), given)).toEqual({
      kind: 'invalid-argument',
      what: 'Argument 2 of `store.commit()` is not a write.',
      why: 'A commit takes writes, and writes them all or none.',
      next: 'Make writes with put(collection, id, value), insert(collection, id, value) and remove(collection, id).',
    })
  })

  test('of nothing is a mistake', () => {
    expect(untyped()).toEqual({
      kind: 'empty-commit',
      what: '`store.commit()` was called with nothing to write.',
      why: 'Nothing would be stored, and the code would go on as if it were. Usually a write was forgotten, or an array was passed as one argument where it had to be spread.',
      next: 'Pass the writes as arguments: commit(insert(…), put(…)), or commit(...writes).',
    })
  })

  test('of one document comes once in a commit', () => {
    expect(untyped(put('a', 'x', 1), remove('a', 'x'))).toEqual({
      kind: 'invalid-argument',
      what: 'One commit writes a x twice.',
      why: 'All writes of a commit happen at once, so neither comes first.',
      next: 'Put both changes into one write.',
    })
    expect(prepare([put('a', 'x', 1), put('b', 'x', 1), put('a', 'y', 1)])).toHaveLength(3)
  })

  test.each([[undefined, 'undefined'], ['1', '1'], [1.5, '1.5'], [NaN, 'NaN']])('over the version %j overwrites whatever is there, and so is refused', (ifVersion, shown) => {
    expect(untyped({ kind: 'put', collection: 'a', id: 'x', value: 1, ifVersion })).toEqual({
      kind: 'invalid-argument',
      what: `put('a', 'x', …) was given \`ifVersion: ${shown}\`.`,
      why: 'Without a version there is nothing to compare with, and the write would overwrite whatever anybody else has written.',
      next: 'Pass the version that `store.get` returned beside the value. For a document that must not exist yet, use insert().',
    })
    expect(untyped({ kind: 'remove', collection: 'a', id: 'x', ifVersion })).toMatchObject({ what: `remove('a', 'x', …) was given \`ifVersion: ${shown}\`.` })
  })
})

describe('a key', () => {
  test.each([['', 'an empty text'], [undefined, 'undefined'], [7, '7']])('%j is none', (key, shown) => {
    const expected = { kind: 'invalid-argument', why: 'A document is found by its collection and its id, and both are texts.' }
    expect(told(() => checkKey(key, 'id', 'store.get'))).toEqual({ ...expected, what: `\`store.get\` was called with ${shown} as id.`, next: 'Look where the id comes from: a misspelt field of a message or a route parameter is undefined.' })
    expect(untyped({ kind: 'put', collection: key, id: 'x', value: 1 })).toEqual({ ...expected, what: `\`put\` was called with ${shown} as collection.`, next: 'Look where the collection comes from: a misspelt field of a message or a route parameter is undefined.' })
    expect(untyped({ kind: 'remove', collection: 'a', id: key })).toMatchObject({ what: `\`remove\` was called with ${shown} as id.` })
  })

  test('ends nowhere in the middle', () => {
    expect(told(() => checkKey('a\0b', 'collection', 'store.list'))).toEqual({
      kind: 'invalid-argument',
      what: '`store.list` was called with "a\\u0000b" as collection.',
      why: 'It contains the character NUL, at which many databases end a text, so another document could be meant.',
      next: 'Join the parts of a key by a character such as /, and look where the collection comes from.',
    })
    expect(() => checkKey('a/b', 'collection', 'store.list')).not.toThrow()
  })
})
