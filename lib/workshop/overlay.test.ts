import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askedFor } from './overlay.js'

describe('an import means a file of the exercise', () => {
  test.each([
    ['C:/work/exercises/exercise-07-x/exercise-07.test.ts?submission=a', './book.js', 'C:\\work\\exercises\\exercise-07-x\\book.ts'],
    ['c:/work/exercises/exercise-07-x/exercise-07.test.ts', './book.js', 'C:\\work\\exercises\\exercise-07-x\\book.ts'],
    ['C:\\work\\solutions\\exercise-07-x\\near-misses\\wrong.ts?submission=a', './given.js', 'C:\\work\\exercises\\exercise-07-x\\given.ts'],
  ])('on Windows: %s, %s', (importer, source, file) => {
    const asked = askedFor('C:\\work\\', source, importer, win32)
    expect(asked?.folder).toBe('exercise-07-x')
    expect(asked?.file.toLowerCase()).toBe(file.toLowerCase())
  })

  test.each([
    ['/work/exercises/exercise-07-x/exercise-07.test.ts?submission=a', './book.js', '/work/exercises/exercise-07-x/book.ts'],
    ['/work/solutions/exercise-07-x/near-misses/wrong.ts', './given.js', '/work/exercises/exercise-07-x/given.ts'],
  ])('elsewhere: %s, %s', (importer, source, file) => {
    expect(askedFor('/work/', source, importer, posix)).toEqual({ folder: 'exercise-07-x', file })
  })

  test('what lies elsewhere is none of it', () => {
    expect(askedFor('C:\\work', '../../lib/index.js', 'C:/work/exercises/exercise-07-x/book.ts', win32)).toBeUndefined()
    expect(askedFor('/work', '../exercise-08-y/book.js', '/work/exercises/exercise-07-x/book.ts', posix)).toBeUndefined()
  })
})
