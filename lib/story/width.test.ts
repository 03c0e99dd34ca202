import { expect, test } from 'vitest'
import { cut, displayWidth, pad } from './width.js'

test.each([
  ['order', 5],
  ['', 0],
  ['漢字', 4],
  ['e\u0301', 1],
  ['⚡ crash', 8],
  ['✗ ├─▶│ ①', 8],
  ['👩‍👩‍👧', 2],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

test('a character takes the same columns whether or not there is something beside it that must be looked at closely', () => {
  const blocks = [[0x20, 0x2ff], [0x2010, 0x2bff]] as const // of Latin letters, punctuation and symbols
  const characters = blocks.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)))
  const wrong = characters.filter((character) => displayWidth(character) !== displayWidth(`${character}漢`) - 2)
  expect(wrong).toEqual([])
})

test('a text is cut between characters, and never wider than asked', () => {
  expect(cut('SubmitOrder m1', 9)).toBe('SubmitOr…')
  expect(cut('漢字漢字', 6)).toBe('漢字…')
  expect(cut('漢字漢字', 5)).toBe('漢字…')
  expect(cut('漢字', 4)).toBe('漢字')
  expect(cut('get orders', 5)).toBe('get…')
  expect(cut('orders', 0)).toBe('')
})

test('padding counts columns, not code units', () => {
  expect(pad('漢', 4)).toBe('漢  ')
})
