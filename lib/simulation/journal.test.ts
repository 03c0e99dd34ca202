import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Journal } from './journal.js'

test('a journal takes everything back, last change first', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat())), fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat())), (before, after) => {
      const journal = new Journal()
      const values: Record<string, number> = { a: 0, b: 0 }
      const change = ([name, value]: readonly [string, number]): void => {
        const old = values[name] ?? 0
        values[name] = value
        journal.record(() => {
          values[name] = old
        })
      }
      before.forEach(change)
      const { position } = journal
      const then = { ...values }
      after.forEach(change)
      journal.rollback(position)
      expect(values).toEqual(then)
      expect(journal.position).toBe(position)
      journal.rollback(0)
      expect(values).toEqual({ a: 0, b: 0 })
    }),
    { seed: 1 },
  )
})

test('what was forgotten stays', () => {
  const journal = new Journal()
  let value = 0
  value = 1
  journal.record(() => {
    value = 0
  })
  journal.forget()
  journal.rollback(0)
  expect(value).toBe(1)
})
