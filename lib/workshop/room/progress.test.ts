import { describe, expect, test } from 'vitest'
import { did, tested } from './fixtures/open-room.js'
import { doesNotLoad, needOf, quietAfter, stuckAfter, withReport, type Person } from './progress.js'
import type { Report } from './report.js'

const minute = 60_000
const began = 1_000_000_000
const ada: Person = { number: 1, name: 'Ada', joined: began, left: false, work: {}, reports: 0 }

/** What is known after these reports, each a minute after the one before. */
const after = (...reports: readonly Report[]): Person => reports.reduce((person, report, index) => withReport(person, report, began + (index + 1) * minute), ada)
const first = (person: Person): unknown => person.work['exercise-01']

describe('stars', () => {
  test('are those of the best run, until the starter is back', () => {
    expect(first(after(tested(1, { stars: 2, passed: 8 }), tested(2, { stars: 0, passed: 1 })))).toMatchObject({ stars: 2, passed: 1, total: 11, done: false })
    expect(first(after(tested(1, { stars: 3, passed: 11 }), did(2, 'reset')))).toMatchObject({ stars: 0, passed: 0, total: 0, done: false })
  })

  test('all of them are not yet done', () => {
    expect(first(after(tested(1, { stars: 3, passed: 11 })))).toMatchObject({ done: true })
    expect(first(after(tested(1, { stars: 3, passed: 10, failing: 'one without a star' })))).toMatchObject({ stars: 3, done: false })
    expect(first(after(tested(1, { stars: 3, passed: 11 }), tested(2, { stars: 1, passed: 4, failing: 'a' })))).toMatchObject({ stars: 3, done: true })
  })

  test('do not come from some of the checks', () => {
    expect(first(after(tested(1, { stars: 1, passed: 4, failing: 'a' }), tested(2, { stars: 3, passed: 1, total: 1, whole: false })))).toMatchObject({ stars: 1, passed: 4, total: 11, done: false, red: { check: 'a' } })
  })

  test('do not come from files that cannot be run', () => {
    expect(first(after(tested(1, { stars: 0, passed: 0, total: 0, loads: false })))).toMatchObject({ done: false, red: { check: doesNotLoad } })
  })

  test('tell whether the solution was taken, and how many hints', () => {
    expect(first(after(did(1, 'hint'), did(2, 'hint'), did(3, 'solution'), tested(4, { stars: 3, passed: 11 })))).toMatchObject({ hints: 2, applied: true, done: true })
    expect(first(after(did(1, 'solution'), did(2, 'reset')))).toMatchObject({ applied: false })
  })
})

describe('a red check', () => {
  const red = (person: Person): unknown => person.work['exercise-01']?.red

  test('is red since it was the first one that fails', () => {
    expect(red(after(tested(1, { failing: 'a' }), tested(2, { failing: 'a' }), did(3, 'hint')))).toEqual({ check: 'a', since: began + minute })
    expect(red(after(tested(1, { failing: 'a' }), tested(2, { failing: 'b' }), tested(3, { failing: 'a' })))).toEqual({ check: 'a', since: began + 3 * minute })
    expect(red(after(tested(1, { failing: 'a' }), tested(2)))).toBeUndefined()
  })

  test('can be known from some of the checks, too', () => {
    expect(red(after(tested(1, { failing: 'b', whole: false, total: 1, passed: 0 })))).toEqual({ check: 'b', since: began + minute })
  })

  test.each(['solution', 'reset'] as const)('is forgotten with the files: %s', (command) => {
    expect(red(after(tested(1, { failing: 'a' }), did(2, command)))).toBeUndefined()
  })
})

describe('a clone whose clock is wrong', () => {
  test('says how long ago, so that it makes no difference', () => {
    expect(withReport(ada, tested(1, { ago: 2 * minute }), began + 5 * minute).last?.at).toBe(began + 3 * minute)
  })

  test('cannot have done anything before it joined, however its clock was set', () => {
    expect(withReport(ada, tested(1, { ago: 40 * 365 * 24 * 60 * minute }), began + 5 * minute).last?.at).toBe(began)
  })
})

describe('reports that overtake each other', () => {
  test('the later one decides, whichever comes first', () => {
    const one = after(tested(1, { stars: 2, passed: 8, failing: 'a' }), tested(2, { stars: 1, passed: 4, failing: 'b' }))
    const other = after(tested(2, { stars: 1, passed: 4, failing: 'b' }), tested(1, { stars: 2, passed: 8, failing: 'a' }))
    expect(other.work['exercise-01']).toMatchObject({ stars: 2, passed: 4, red: { check: 'b' } })
    expect(one.work['exercise-01']).toMatchObject({ stars: 2, passed: 4, red: { check: 'b' } })
    expect([one.reports, other.reports, one.last?.number, other.last?.number]).toEqual([2, 2, 2, 2])
  })

  test('a run of another exercise is not lost', () => {
    expect(after(did(2, 'hint', 'exercise-02'), tested(1, { stars: 2 }))).toMatchObject({ work: { 'exercise-01': { stars: 2 }, 'exercise-02': { hints: 1 } }, last: { exercise: 'exercise-02' } })
  })

  test('what was reached before the starter came back does not come back', () => {
    expect(first(after(did(2, 'reset'), tested(1, { stars: 3, passed: 11 })))).toMatchObject({ stars: 0, done: false })
  })
})

describe('who needs a visit', () => {
  const need = (person: Person, passed: number): unknown => needOf(person, (person.last?.at ?? person.joined) + passed)

  test('whoever is red on the same check for more than six minutes is stuck', () => {
    expect(stuckAfter).toBe(6 * minute)
    const person = after(tested(1, { failing: 'a' }))
    expect(need(person, stuckAfter)).toEqual({ kind: 'red', since: began + minute, check: 'a' })
    expect(need(person, stuckAfter + 1)).toEqual({ kind: 'stuck', since: began + minute, check: 'a' })
  })

  test('a run that fails at the same check does not begin the time anew', () => {
    const person = after(...Array.from({ length: 9 }, (_, index) => tested(index + 1, { failing: 'a' })))
    expect(needOf(person, began + 9 * minute)).toMatchObject({ kind: 'stuck', since: began + minute })
  })

  test('whoever has gone on to another exercise is not stuck in the one before', () => {
    expect(need(after(tested(1, { failing: 'a' }), did(2, 'hint', 'exercise-02')), 8 * minute)).toEqual({ kind: 'working', since: began + 2 * minute })
  })

  test('others are quiet, new, done, or have left', () => {
    expect(need(after(did(1, 'hint')), quietAfter + 1)).toEqual({ kind: 'quiet', since: began + minute })
    expect(need(ada, 1)).toEqual({ kind: 'new', since: began })
    expect(need(after(tested(1, { stars: 3, passed: 11 })), 60 * minute)).toEqual({ kind: 'done', since: began + minute })
    expect(need({ ...after(tested(1, { failing: 'a' })), left: true }, 60 * minute)).toEqual({ kind: 'left', since: began + minute })
  })
})
