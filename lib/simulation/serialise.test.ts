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
  let deep = {}
  for (let level = 0; level < 10_000; level++) deep = { deep }
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const throws = (): never => {
    throw new Error('no')
  }

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
    [new Error('no'), 'it is an Error'],
    [deep, 'it goes more than 64 levels deep, or is far too large'],
    [{ got: Object.defineProperty({}, 'getter', { enumerable: true, get: throws }) }, 'it.got.getter throws an error when it is read'],
    [{ proxy: new Proxy({}, { ownKeys: throws }) }, 'it.proxy throws an error when it is read'],
    [[revoked.proxy], 'it[0] throws an error when it is read'],
    [{ toJSON: throws }, 'it.toJSON is a function'],
    [{ later: Promise.resolve(1) }, 'it.later is a Promise'],
    [Object.create(Object.create(null) as object), 'it is a class instance'],
  ])('is refused by name: case %#, %2$s', (value, offence) => {
    expect(() => serialise(value, 'it')).toThrow(`${offence}, and that cannot be stored or sent.`)
  })

  test('may come out of a proxy or a getter', () => {
    expect(serialise({ proxy: new Proxy({ a: 1 }, {}), get b() { return 2 } }, 'it')).toBe('{"proxy":{"a":1},"b":2}')
  })

  test('is refused when it is very large', () => {
    expect(() => serialise('x'.repeat(2_000_000), 'it')).toThrow('it is too large: 2,000,002 characters of JSON. No more than 1,000,000 can be stored or sent at once.')
  })
})
