import { expect, test } from 'vitest'
import { isCode, newCode } from './code.js'
import { WrongCodes } from './wrong-codes.js'

test('four wrong codes are free; from the fifth on each costs twice the time, up to a minute', () => {
  const codes = new WrongCodes()
  const waits = Array.from({ length: 14 }, () => codes.wrong('192.168.1.30', 0))
  expect(waits).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000])
  expect([codes.wait('192.168.1.30', 0), codes.wait('192.168.1.30', 59_000), codes.wait('192.168.1.30', 60_000), codes.wait('192.168.1.31', 0)]).toEqual([60_000, 1_000, 0, 0])
})

test('the right code begins anew', () => {
  const codes = new WrongCodes()
  for (let count = 0; count < 6; count++) codes.wrong('a', 0)
  codes.right('a')
  expect([codes.wait('a', 0), codes.wrong('a', 0)]).toEqual([0, 0])
})

test('more than a thousand addresses share what is left', () => {
  const codes = new WrongCodes()
  for (let count = 0; count < 1_000; count++) codes.wrong(`10.0.${count >> 8}.${count & 255}`, 0)
  for (let count = 0; count < 5; count++) codes.wrong(`10.1.0.${count}`, 0)
  expect([codes.wait('10.1.0.77', 0), codes.wait('10.0.0.1', 0)]).toEqual([1_000, 0])
})

test('a code is four letters that nobody takes for others', () => {
  const made = Array.from({ length: 200 }, newCode)
  for (const code of made) expect(code).toMatch(/^[A-HJ-NPR-Z]{4}$/)
  expect(new Set(made).size).toBeGreaterThan(190)
})

test.each<[unknown, boolean]>([['KLIF', true], ['klif', true], [' kl if\n', true], ['KLIG', false], ['KLI', false], ['', false], ['KLIF'.repeat(100), false], [undefined, false], [['KLIF'], false]])('%j is the code KLIF: %s', (typed, right) => {
  expect(isCode(typed, 'KLIF')).toBe(right)
})
