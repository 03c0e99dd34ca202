import { expect, test } from 'vitest'
import { circled, duration, ordinal } from './wording.js'

test('ordinals', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '101st', '111th'])
})

test('durations are in the unit that one would say', () => {
  const durations = [0, 250, 1000, 1500, 30_000, 90_000, 300_000, 7_200_000, 259_200_000].map(duration)
  expect(durations).toEqual(['0 ms', '250 ms', '1 s', '1.5 s', '30 s', '90 s', '5 min', '2 h', '3 days'])
})

test('instances in circles, as far as circles go', () => {
  expect([1, 2, 20, 21].map(circled)).toEqual(['①', '②', '⑳', '(21)'])
})
