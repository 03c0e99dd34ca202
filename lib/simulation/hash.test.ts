import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, hashText, mix, subtract } from './hash.js'

const hash = fc.maxSafeNat().map((number) => number % 2 ** 52)

describe('a hash', () => {
  test('is a whole number of at most 52 bits', () => {
    fc.assert(
      fc.property(fc.string(), hash, hash, (text, a, b) => {
        for (const made of [hashText(text), mix(a, b), add(a, b), subtract(a, b)]) {
          expect(Number.isInteger(made)).toBe(true)
          expect(made).toBeGreaterThanOrEqual(0)
          expect(made).toBeLessThan(2 ** 52)
        }
      }),
      { seed: 1 },
    )
  })

  test('of a multiset does not depend on the order, and a member can be taken out again', () => {
    fc.assert(
      fc.property(fc.array(hash, { minLength: 1 }), hash, (members, extra) => {
        const sum = members.reduce(add, 0)
        expect([...members].reverse().reduce(add, 0)).toBe(sum)
        expect(subtract(add(sum, extra), extra)).toBe(sum)
      }),
      { seed: 1 },
    )
  })

  test('of a sequence does depend on the order, and on where one part ends', () => {
    fc.assert(
      fc.property(hash, hash, (a, b) => {
        fc.pre(a !== b)
        expect(mix(mix(0, a), b)).not.toBe(mix(mix(0, b), a))
        expect(mix(0, mix(a, b))).not.toBe(mix(mix(0, a), b))
      }),
      { seed: 1 },
    )
  })

  test('collides no more often than chance: not once among 200,000 alike ones', () => {
    const seen = new Set<number>()
    for (let number = 0; number < 50_000; number++) {
      seen.add(hashText(`m${number}`))
      seen.add(mix(1, number))
      seen.add(mix(number + 2, 1))
      seen.add(mix(7, number * 2 ** 32 + 9))
    }
    expect(seen.size).toBe(200_000)
  })
})
