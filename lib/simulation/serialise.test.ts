import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { serialise } from './serialise.js'

describe('what leaves a process', () => {
  test('is JSON, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // -0 is the one number that JSON does not keep.
        expect(JSON.parse(serialise(value, 'it'))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed: 1 },
    )
  })

  test('may leave out fields that are undefined, and may contain one object twice', () => {
    const twice = { a: 1 }
    expect(serialise({ one: twice, other: twice, none: undefined }, 'it')).toBe('{"one":{"a":1},"other":{"a":1}}')
    expect(serialise(Object.assign(Object.create(null) as object, { a: 1 }), 'it')).toBe('{"a":1}')
  })

  class Money {
    constructor(readonly amount: number) {}
  }
  const circle: unknown[] = []
  circle.push({ circle })

  test.each([
    [undefined, 'it is undefined'],
    [{ when: new Date(0) }, 'it.when is a Date'],
    [{ lines: [1, new Map()] }, 'it.lines[1] is a Map'],
    [[new Set()], 'it[0] is a Set'],
    [{ price: new Money(7) }, 'it.price is a Money'],
    [{ compute: () => 1 }, 'it.compute is a function'],
    [{ big: 1n }, 'it.big is a bigint'],
    [{ symbol: Symbol('s') }, 'it.symbol is a symbol'],
    [{ nan: Number.NaN }, 'it.nan is NaN'],
    [{ far: Infinity }, 'it.far is Infinity'],
    [[undefined], 'it[0] is undefined'],
    [circle, 'it[0].circle contains itself'],
    [new Error('no'), 'it is a Error'],
  ])('is refused by name: %s', (value, offence) => {
    expect(() => serialise(value, 'it')).toThrow(`${offence}, and that cannot be stored or sent.`)
  })
})
