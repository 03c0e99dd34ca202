import { expect, test } from 'vitest'
import { describeThrown, nameThrown } from './thrown.js'

class Broken extends Error {
  override get message(): string {
    throw new Error('nobody may read this')
  }
}

const circle: { self?: unknown } = {}
circle.self = circle

interface Row {
  readonly title: string
  readonly thrown: unknown
  readonly named: string
  readonly described: string
}

const row = (title: string, thrown: unknown, named: string, described = `${named} was thrown`): Row => ({ title, thrown, named, described })

test.each([
  row('an error', new TypeError('no'), 'TypeError: no', 'TypeError: no'),
  row('a text', 'a text', '"a text"'),
  row('a number', 7, '7'),
  row('null', null, 'null'),
  row('nothing', undefined, 'undefined'),
  row('a big integer', 10n, '10'),
  row('a symbol', Symbol('s'), 'Symbol(s)'),
  row('a function', () => 1, 'a function'),
  row('an object', { a: 1 }, '{"a":1}'),
  row('an object that contains itself', circle, 'an object that is not plain'),
  row('an object that is nothing as JSON', { toJSON: () => undefined }, 'an object that is not plain'),
  row('an error that cannot be read', new Broken(), 'something that cannot be read', 'something that cannot be read'),
])('whatever was thrown is named: $title', ({ thrown, named, described }) => {
  expect([nameThrown(thrown), describeThrown(thrown)]).toEqual([named, described])
})
