import { describe, expect, test } from 'vitest'
import { listExercises, type Exercise } from '../exercises.js'
import type { CheckResult, ExerciseResult } from '../grading/result.js'
import { crowd } from './fixtures/crowd.js'
import { did, tested } from './fixtures/open-room.js'
import { longestCheck, nameIn, newId, reportIn } from './report.js'
import { factOf } from './report-command.js'

const known = new Set(listExercises().map(({ name }) => name))

describe('a report', () => {
  test('is taken as it is', () => {
    for (const report of [tested(1, { failing: 'two clicks at the same time' }), tested(2), tested(3, { loads: false, total: 0, passed: 0 }), did(4, 'hint'), did(5, 'solution'), did(6, 'reset')]) expect(reportIn(report, known)).toEqual(report)
    for (const each of crowd(5)) for (let count = 0; count < 50; count++) expect(reportIn(each.report(each.next()), known)).toBeDefined()
  })

  const good = tested(1, { failing: 'a' })
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', [good]],
    ['a text', JSON.stringify(good)],
    ['code beside it', { ...good, code: 'const a = 1' }],
    ['code in the result', { ...good, result: { ...good.result, file: 'submit-cart.ts' } }],
    ['the name of the machine', { ...good, host: 'erikas-laptop' }],
    ['no id', { ...good, id: undefined }],
    ['an id of another kind', { ...good, id: '1' }],
    ['number 0', { ...good, number: 0 }],
    ['half a number', { ...good, number: 1.5 }],
    ['a time to come', { ...good, ago: -1 }],
    ['another command', { ...good, command: 'grade' }],
    ['an exercise that there is not', { ...good, exercise: 'exercise-99' }],
    ['no result of a test', { ...good, result: undefined }],
    ['a result of a hint', { ...good, command: 'hint' }],
    ['four stars', { ...good, result: { ...good.result, stars: 4 } }],
    ['more passed than there are', { ...good, result: { ...good.result, passed: 12 } }],
    ['very many checks', { ...good, result: { ...good.result, passed: 0, total: 1_001 } }],
    ['a check without a name', { ...good, result: { ...good.result, failing: ' \u200B' } }],
    ['a check with too long a name', { ...good, result: { ...good.result, failing: 'a'.repeat(longestCheck + 1) } }],
    ['a text for whole', { ...good, result: { ...good.result, whole: 'yes' } }],
    ['no word on loading', { ...good, result: { ...good.result, loads: undefined } }],
  ])('is refused: %s', (_, value) => {
    expect(reportIn(value, known)).toBeUndefined()
  })

  test('has the name of a check on one line, without characters that turn or hide text', () => {
    expect(reportIn({ ...good, result: { ...good.result, failing: 'two\n clicks\u202E\u0007' } }, known)?.result?.failing).toBe('two clicks')
  })
})

describe('a name', () => {
  test.each([
    ['Ada', 'Ada'],
    ['  Ada \t L. ', 'Ada L.'],
    ['Zoe\u0308', 'Zoë'],
    ['李', '李'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['\u202EadA', 'adA'],
    ['👩🏽', '👩🏽'],
    ['a'.repeat(40), 'a'.repeat(40)],
  ])('%j is shown as %j', (typed, shown) => {
    expect(nameIn(typed)).toBe(shown)
  })

  test.each<[unknown, string]>([['', 'nothing'], [' \u200B', 'nothing that can be seen'], ['a'.repeat(41), 'too much'], [7, 'no text'], [undefined, 'no text'], ['a'.repeat(10_000), 'far too much']])('%j is none: %s', (typed) => {
    expect(nameIn(typed)).toBeUndefined()
  })
})

describe('what a clone tells of a run', () => {
  const [exercise] = listExercises() as readonly [Exercise, ...Exercise[]]
  const check = (name: string, level: 1 | 2 | 3, state: CheckResult['state'], group?: string): CheckResult => ({ fullName: `★ ${name}`, name, group, level, state, findings: [], problem: undefined, output: 'console.log of the attendee', duration: 1 })
  const ended = (checks: readonly CheckResult[], problems: ExerciseResult['problems'] = []): ExerciseResult => ({ exercise, checks, problems, duration: 1 })

  test('stars, how many pass, and the check that fails first', () => {
    expect(factOf(ended([check('a', 1, 'passed'), check('b', 2, 'unknown'), check('c', 2, 'broken', 'the group')]))).toEqual({
      command: 'test',
      exercise: 'exercise-01',
      result: { stars: 1, passed: 1, total: 3, whole: true, loads: true, failing: 'the group: c' },
    })
  })

  test('only what was run, with -t', () => {
    expect(factOf(ended([check('a', 1, 'passed'), check('b', 2, 'skipped')]))?.result).toEqual({ stars: 1, passed: 1, total: 1, whole: false, loads: true })
    expect(factOf(ended([check('a', 1, 'skipped')]))).toBeUndefined()
  })

  test('never what was wrong with a file: that may quote it', () => {
    const problem = { title: "Syntax error: Unexpected 'secret'", detail: 'const secret = 1', site: 'exercises/exercise-01-double-click/submit-cart.ts:14' }
    const fact = factOf(ended([], [problem]))
    expect(fact?.result).toEqual({ stars: 0, passed: 0, total: 0, whole: true, loads: false })
    const broken = { ...check('a', 1, 'broken'), problem }
    expect(JSON.stringify([fact, factOf(ended([broken]))])).not.toMatch(/secret|submit-cart|console/)
  })

  test('is a report that a room takes', () => {
    const fact = factOf(ended([check('x'.repeat(300), 1, 'broken')]))
    expect(reportIn({ ...fact, id: newId(), number: 1, ago: 0 }, known)?.result?.failing).toBe('x'.repeat(200))
  })
})
