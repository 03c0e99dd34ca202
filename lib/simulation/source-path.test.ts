import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isBelow, pathOf, shownPath } from './source-path.js'

describe('a location becomes a path', () => {
  test.each([
    ['file:///C:/My%20work/cart.ts?submission=x', 'C:\\My work\\cart.ts'],
    ['C:/repo/cart.ts', 'C:\\repo\\cart.ts'],
    ['c:\\repo\\cart.ts?v=1', 'c:\\repo\\cart.ts'],
  ])('on Windows: %s', (location, path) => {
    expect(pathOf(location, win32)).toBe(path)
  })

  test.each([
    ['file:///My%20work/cart.ts?submission=x', '/My work/cart.ts'],
    ['/repo/cart.ts', '/repo/cart.ts'],
  ])('elsewhere: %s', (location, path) => {
    expect(pathOf(location, posix)).toBe(path)
  })
})

describe('below a folder', () => {
  test.each([
    ['C:\\repo', 'C:\\repo\\lib\\a.ts', true],
    ['C:\\repo\\', 'c:/Repo/lib/a.ts', true],
    ['C:\\repo', 'C:\\repository\\a.ts', false],
    ['C:\\repo', 'D:\\repo\\a.ts', false],
    ['C:\\repo', 'C:\\repo', false],
    ['C:\\repo', 'C:\\repo\\..a', true],
  ])('on Windows: %s, %s', (folder, path, below) => {
    expect(isBelow(folder, path, win32)).toBe(below)
  })

  test.each([
    ['/repo', '/repo/lib/a.ts', true],
    ['/repo/', '/repo/lib/a.ts', true],
    ['/repo', '/Repo/lib/a.ts', false],
    ['/repo', '/repository/a.ts', false],
    ['/repo/lib', '/repo', false],
  ])('elsewhere: %s, %s', (folder, path, below) => {
    expect(isBelow(folder, path, posix)).toBe(below)
  })
})

test('a path is shown in the same way on every machine', () => {
  expect(shownPath('C:\\My work', 'file:///c:/My%20work/exercises/one/cart.ts?submission=x', win32)).toBe('exercises/one/cart.ts')
  expect(shownPath('/repo', '/repo/exercises/one/cart.ts', posix)).toBe('exercises/one/cart.ts')
})
