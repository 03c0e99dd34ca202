import { posix, win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isBelow, pathOf, shownPath } from './source-path.js'

describe('a location becomes a path', () => {
  test.each([
    ['file:///C:/My%20work/cart.ts?submission=x', 'C:\\My work\\cart.ts'],
    ['C:/work/cart.ts', 'C:\\work\\cart.ts'],
    ['c:\\work\\cart.ts?v=1', 'c:\\work\\cart.ts'],
  ])('on Windows: %s', (location, path) => {
    expect(pathOf(location, win32)).toBe(path)
  })

  test.each([
    ['file:///My%20work/cart.ts?submission=x', '/My work/cart.ts'],
    ['/work/cart.ts', '/work/cart.ts'],
  ])('elsewhere: %s', (location, path) => {
    expect(pathOf(location, posix)).toBe(path)
  })
})

describe('below a folder', () => {
  test.each([
    ['C:\\work', 'C:\\work\\lib\\a.ts', true],
    ['C:\\work\\', 'c:/Work/lib/a.ts', true],
    ['C:\\work', 'C:\\workshop\\a.ts', false],
    ['C:\\work', 'D:\\work\\a.ts', false],
    ['C:\\work', 'C:\\work', false],
    ['C:\\work', 'C:\\work\\..a', true],
  ])('on Windows: %s, %s', (folder, path, below) => {
    expect(isBelow(folder, path, win32)).toBe(below)
  })

  test.each([
    ['/work', '/work/lib/a.ts', true],
    ['/work/', '/work/lib/a.ts', true],
    ['/work', '/Work/lib/a.ts', false],
    ['/work', '/workshop/a.ts', false],
    ['/work/lib', '/work', false],
  ])('elsewhere: %s, %s', (folder, path, below) => {
    expect(isBelow(folder, path, posix)).toBe(below)
  })
})

test('a path is shown in the same way on every machine', () => {
  expect(shownPath('C:\\My work', 'file:///c:/My%20work/exercises/one/cart.ts?submission=x', win32)).toBe('exercises/one/cart.ts')
  expect(shownPath('/work', '/work/exercises/one/cart.ts', posix)).toBe('exercises/one/cart.ts')
})
