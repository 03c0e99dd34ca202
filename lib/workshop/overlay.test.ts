import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askedFor } from './overlay.js'

describe('an import means a file of the exercise', () => {
  test.each([
    ['C:/repo/exercises/exercise-07-x/exercise-07.test.ts?submission=a', './book.js', 'C:\\repo\\exercises\\exercise-07-x\\book.ts'],
    ['c:/repo/exercises/exercise-07-x/exercise-07.test.ts', './book.js', 'C:\\repo\\exercises\\exercise-07-x\\book.ts'],
    ['C:\\repo\\solutions\\exercise-07-x\\near-misses\\wrong.ts?submission=a', './given.js', 'C:\\repo\\exercises\\exercise-07-x\\given.ts'],
  ])('on Windows: %s, %s', (importer, source, file) => {
    const asked = askedFor('C:\\repo\\', source, importer, win32)
    expect(asked?.folder).toBe('exercise-07-x')
    expect(asked?.file.toLowerCase()).toBe(file.toLowerCase())
  })

  test.each([
    ['/repo/exercises/exercise-07-x/exercise-07.test.ts?submission=a', './book.js', '/repo/exercises/exercise-07-x/book.ts'],
    ['/repo/solutions/exercise-07-x/near-misses/wrong.ts', './given.js', '/repo/exercises/exercise-07-x/given.ts'],
  ])('elsewhere: %s, %s', (importer, source, file) => {
    expect(askedFor('/repo/', source, importer, posix)).toEqual({ folder: 'exercise-07-x', file })
  })

  test('what lies elsewhere is none of it', () => {
    expect(askedFor('C:\\repo', '../../lib/index.js', 'C:/repo/exercises/exercise-07-x/book.ts', win32)).toBeUndefined()
    expect(askedFor('/repo', '../exercise-08-y/book.js', '/repo/exercises/exercise-07-x/book.ts', posix)).toBeUndefined()
  })
})
