import fc from 'fast-check'
import { describe as group, expect, test } from 'vitest'
import { KeptStates } from './kept-states.js'

/** All data that a state may hold, −0 and names like __proto__ among it. */
const data = fc.anything({ maxDepth: 3, withNullPrototype: false, values: [fc.constantFrom(null, true, false, 0, -0, 1, -1, 2 ** 31, 0.5, '', 'a', 'b'), fc.integer(), fc.double({ noNaN: true }), fc.string()] })
  .filter((value) => !JSON.stringify([value]).includes('undefined') && isData(value))
const states = fc.array(fc.oneof(data, fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '0', '__proto__'), data)), { minLength: 1, maxLength: 30 })

function isData(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null || Object.values(value).every(isData))
}

/** With the order of properties, and −0. */
function exactly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(exactly).join()}]`
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${exactly(part)}`).join()}}`
  return Object.is(value, -0) ? '-0' : JSON.stringify(value)
}

function keep(kept: KeptStates<unknown>, all: readonly unknown[]): number {
  for (const [number, state] of all.entries()) {
    kept.enter(state)
    kept.keep(state, number, false)
  }
  return kept.startLevel()
}

group('a kept state', () => {
  test('comes back as it was, to the order of properties and the sign of 0, whichever states it shares parts with', () => {
    fc.assert(
      fc.property(states, states, (first, second) => {
        const kept = new KeptStates<unknown>()
        expect(keep(kept, first)).toBe(first.length)
        expect(first.map((_, number) => exactly(kept.next(number, false)))).toEqual(first.map(exactly))
        expect(keep(kept, second)).toBe(second.length)
        expect(second.map((_, number) => exactly(kept.next(number, false)))).toEqual(second.map(exactly))
      }),
      { numRuns: 300 },
    )
  })

  test('is another object, of the same parts as its equals: lists, objects and what is in them', () => {
    const kept = new KeptStates<{ list: readonly { id: number }[]; one: { id: number }; n: number }>()
    const all = [1, 1, 2].map((id) => ({ list: [{ id }, { id: 0 }], one: { id: 7 }, n: 3 }))
    keep(kept, all)
    const [first, again, other] = all.map((_, number) => kept.next(number, false))
    expect(first).toEqual(all[0])
    expect(first).not.toBe(all[0])
    expect(again).not.toBe(first)
    expect(again?.list).toBe(first?.list)
    expect(other?.list).not.toBe(first?.list)
    expect(other?.one).toBe(first?.one)
  })

  test('comes back with its own objects if that is asked for, and says what it would be otherwise', () => {
    const kept = new KeptStates<{ list: readonly number[] }>()
    const [one, other] = [{ list: [1] }, { list: [1] }]
    for (const [number, state] of [one, other].entries()) {
      kept.enter(state)
      kept.keep(state, number, true)
    }
    kept.startLevel()
    expect(kept.next(0, true).list).toBe(one.list)
    expect(kept.twin()).toBeUndefined()
    expect(kept.next(1, true).list).toBe(other.list)
    expect(kept.twin()?.list).toBe(one.list)
  })

  test('like a dictionary: of thousands of layouts, each comes back as it was', () => {
    const kept = new KeptStates<unknown>()
    const all = Array.from({ length: 3000 }, (_, index) => ({ [`a${index}`]: 1, [`b${index % 7}`]: [index] }))
    keep(kept, all)
    expect(all.map((_, number) => kept.next(number, false))).toEqual(all)
  })

  test('is forgotten with its parts when its level is over', () => {
    const kept = new KeptStates<unknown>()
    for (let level = 0; level < 50; level += 1) {
      const all = Array.from({ length: 1000 }, (_, index) => ({ own: [level, index], shared: ['x'] }))
      keep(kept, all)
      expect(all.map((_, number) => kept.next(number, false))).toEqual(all)
    }
    expect(kept.partCount).toBeLessThan(10_000)
  })
})
