import { expect, test } from 'vitest'
import { fit, oneLine, shortIds, wordingFor } from './shorten.js'

const one = '7d3f0a51-52c1-4b0e-9c1e-3f1d2a4b5c6d'
const alike = '7d3f0a51-52c2-4b0e-9c1e-3f1d2a4b5c6d'
const other = '1c9be2aa-0f6d-4a55-8d0e-77aa0d8f2b13'

test('random ids keep 8 characters', () => {
  expect(wordingFor([one, other])(`+ orders ${one}, ${other}`)).toBe('+ orders 7d3f0a51, 1c9be2aa')
})

test('ids that begin alike stay apart', () => {
  expect([...shortIds([one, alike, other]).values()]).toEqual(['7d3f0a51-52c1', '7d3f0a51-52c2', '1c9be2aa'])
})

test('nothing in a text can break a line', () => {
  expect(oneLine('\u001b[31mred\u001b[0m\r\nnext\tline\u2028end\u0000')).toBe('red next line end')
})

test.each([
  ['POST /carts/c1/submission', 25, 'POST /carts/c1/submission'],
  ['POST /carts/c1/submission', 20, 'POST …/submission'],
  ['POST /carts/c1/submission', 12, 'POST /carts…'],
  ['ack SubmitOrder m1', 14, 'ack Submit… m1'],
  ['publish something', 10, 'publish s…'],
])('%s in %i columns', (text, width, expected) => {
  expect(fit(text, width)).toBe(expected)
})
