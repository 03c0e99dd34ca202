import { describe, expect, test } from 'vitest'
import { regionAround, withRegions } from './regions.js'

const around = (text: string, part: string): string | undefined => {
  const start = text.indexOf(part)
  const region = regionAround(withRegions(text, 1).regions, start, start + part.length)
  return region === undefined ? undefined : text.slice(region.start, region.end)
}

describe('a region', () => {
  test('says when it is reached: a block, what an arrow function gives, what a field begins with', () => {
    expect(withRegions('function f(a) { if (a) { return 1 } }', 7).text).toBe('function f(a) { __reached(7);  if (a) { __reached(8);  return 1 } }')
    expect(withRegions('const f = () => () => ({})', 1).text).toBe('const f = () => (__reached(1), (() => (__reached(2), (({})))))')
    expect(withRegions('class C { x = 1; static y = 2 }', 1).text).toBe('class C { x = (__reached(1), (1)); static y = 2 }')
  })

  test('is the innermost one, and a function has its parameters in it', () => {
    const text = 'const top = 1\nfunction f(a = 2) { if (a) { return 3 } return (b = 4) => b + 5 }'
    expect(around(text, '1')).toBeUndefined()
    expect(around(text, '2')).toBe(text.slice(text.indexOf('function')))
    expect(around(text, '3')).toBe('{ return 3 }')
    expect(around(text, '4')).toBe('(b = 4) => b + 5')
    expect(around(text, '5')).toBe('(b = 4) => b + 5')
  })
})
