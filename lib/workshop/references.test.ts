import { expect, test } from 'vitest'
import { missing, namedThings } from './references.js'

test('every path and every npm command that somebody is told to use exists', () => {
  const named = namedThings()
  expect(named.length).toBeGreaterThan(10)
  const wrong = named.flatMap((thing) => {
    const why = missing(thing)
    return why === undefined ? [] : [`${thing.by} names "${thing.text}": ${why}`]
  })
  expect(wrong).toEqual([])
})

test.each([
  ['npm run nothing', 'package.json has no script nothing'],
  ['npm run test', undefined],
  ['npm observe', 'package.json has no script observe'],
  ['npm test -- exercise-99', 'there is no exercise exercise-99'],
  ['npm test -- exercise-01', undefined],
  ['npm ci', undefined],
])('%s is judged', (text, answer) => {
  expect(missing({ by: 'README.md', kind: 'command', text })).toBe(answer)
})

test('a path that is not there is noticed', () => {
  expect(missing({ by: 'README.md', kind: 'path', text: 'solutions/nowhere/README.md' })).toBe('there is no solutions/nowhere/README.md')
})
