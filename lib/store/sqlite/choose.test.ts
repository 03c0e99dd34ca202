import { describe, expect, test } from 'vitest'
import { abortsIn } from './better-sqlite3.js'
import { chooseSqlite, type Loaders } from './choose.js'

describe('a Node.js in which better-sqlite3 may abort', () => {
  test.each([['24.19.0', true], ['24.21.0', true], ['26.0.0', true], ['26.4.9', true], ['24.18.9', false], ['26.5.0', false], ['22.23.0', false], ['25.1.0', false], ['20.19.0', false]])('%s: %s', (version, aborts) => {
    expect(abortsIn(version)).toBe(aborts)
  })
})

describe('without an SQLite', () => {
  const failing = (text: string) => () => {
    throw new Error(text)
  }
  const loaders: Loaders = { 'better-sqlite3': failing('first'), 'node:sqlite': failing('second') }

  test('a wish that nobody knows is explained', () => {
    expect(chooseSqlite('best', loaders)).toEqual({ missing: { what: 'WORKSHOP_SQLITE is "best".', why: 'It says which SQLite is used, and there is none of that name.', next: 'Set it to better or node, or leave it out: then the first one that loads is used.' } })
  })
})
