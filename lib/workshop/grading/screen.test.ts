import { join } from 'node:path'
import { Chalk } from 'chalk'
import { describe, expect, test } from 'vitest'
import { root, type Exercise } from '../exercises.js'
import { displayWidth } from '../../story/width.js'
import { table } from '../commands/grade.js'
import type { Terminal } from '../screen/terminal.js'
import { exerciseResult } from './ended-test.js'
import { endedFromWithin, forcedEnding } from './endless-loops.js'
import { junitText } from './junit.js'
import { gradesOf } from './points.js'
import { problemOf } from './problem.js'
import { unreadableFile } from './unreadable-file.js'
import { levelReached, type CheckResult, type ExerciseResult, type Level } from './result.js'
import { resultScreen } from './screen.js'

const exercise: Exercise = { number: 7, name: 'exercise-07', folder: 'exercise-07-message-identity', title: 'message-identity', module: { number: 2, title: '', elective: false } }
const nothing = (): void => undefined
const terminal: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing }

function check(level: Level, state: CheckResult['state'], more: Partial<CheckResult> = {}): CheckResult {
  return { fullName: `all > ${'★'.repeat(level)} a check`, name: 'a check', group: undefined, level, state, findings: [], problem: undefined, output: '', duration: 1234, ...more }
}

function result(checks: readonly CheckResult[], problems: ExerciseResult['problems'] = []): ExerciseResult {
  return { exercise, checks, problems, duration: 1 }
}

const screen = (each: ExerciseResult, width = 80): string => resultScreen(each, { ...terminal, width })

describe('what a passed check prints', () => {
  const run = ['a run:', ...Array.from({ length: 24 }, (_, index) => `  step ${index + 1}`)].join('\n')

  test('is shown when everything that ran has passed', () => {
    expect(screen(result([check(1, 'passed', { output: run }), check(2, 'skipped')]))).toContain('step 24')
  })

  test('is its first line while another check fails, and the whole of a short one', () => {
    const shown = screen(result([check(1, 'passed', { output: run }), check(2, 'passed', { output: 'here\nand there' }), check(3, 'broken')]))
    expect(shown).toContain('a run:\n        … 24 more lines, with -t or when all checks pass\n')
    expect(shown).not.toContain('step 1')
    expect(shown).toContain('and there')
  })

  test('a check that fails shows all that it has printed', () => {
    expect(screen(result([check(1, 'broken', { output: run })]))).toContain('step 24')
  })
})

describe('the evidence of a passed check', () => {
  const passed = (evidence: string): CheckResult['findings'][number] => ({ verdict: 'passed', evidence }) as CheckResult['findings'][number]

  test('is said once where a test checks several systems in the same way', () => {
    const shown = screen(result([check(1, 'passed', { findings: [passed('4 executions'), passed('9 executions'), passed('4 executions')] })]))
    expect(shown).toContain('        2 times: 4 executions\n        9 executions\n')
  })
})

describe('levels', () => {
  test.each([
    [['passed', 'passed', 'passed'], 3],
    [['passed', 'broken', 'passed'], 1],
    [['broken', 'passed', 'passed'], 0],
    [['passed', 'passed', 'unknown'], 2],
  ] as const)('%j reach level %i', (states, level) => {
    expect(levelReached(states.map((state, index) => check(([1, 2, 3] as const)[index] ?? 1, state)))).toBe(level)
  })

  test('points grow with the level, and a level needs those below it', () => {
    const { points, maxPoints, stars, maxStars } = gradesOf([result([check(1, 'passed'), check(2, 'passed'), check(3, 'broken')]), result([check(1, 'broken'), check(2, 'passed'), check(3, 'passed')])])
    expect([points, maxPoints]).toEqual([3, 12])
    expect([stars, maxStars]).toEqual([2, 6])
  })

  test('electives have stars and points of their own, in no total', () => {
    const passed = [check(1, 'passed'), check(2, 'passed'), check(3, 'passed')]
    const elective = { ...result(passed), exercise: { ...exercise, number: 17, name: 'exercise-17', title: 'back-off', module: { number: 6, title: '', elective: true } } }
    const grades = gradesOf([result([check(1, 'passed'), check(2, 'broken'), check(3, 'broken')]), elective])
    expect(grades).toMatchObject({ stars: 1, maxStars: 3, points: 1, maxPoints: 6, exercises: [{ name: 'exercise-07' }] })
    expect(grades.electives).toMatchObject({ stars: 3, maxStars: 3, points: 6, maxPoints: 6, exercises: [{ name: 'exercise-17' }] })
    const rows = table(grades, terminal).split('\n')
    expect(rows.slice(1, 6).map((row) => row.replace(/ {2,}/g, ' | '))).toEqual([
      '07 message-identity | ★☆☆ | 1 of 3 | 1 of 6',
      'all | 1 of 3 ★ | 1 of 6',
      '',
      '17 back-off | ★★★ | 3 of 3 | 6 of 6',
      'electives | 3 of 3 ★ | 6 of 6',
    ])
    const alone = table(gradesOf([elective]), terminal)
    expect(alone).toContain('electives')
    expect(alone).not.toMatch(/^all|\n\n/m)
    expect(junitText([elective, result(passed)]).match(/<testsuite name="[^"]*"/g)).toEqual(['<testsuite name="exercise-07 message-identity"', '<testsuite name="elective exercise-17 back-off"'])
  })

  test('what cannot be judged has no points', () => {
    expect(gradesOf([result([], [{ title: 'Syntax error', detail: undefined, site: undefined }])])).toMatchObject({ points: 0, maxPoints: 6 })
  })
})

describe('the screen', () => {
  const misuse = { verdict: 'misuse', kind: 'missing-await', explanation: { what: 'What.', why: 'Why.', next: 'Next.' }, trace: undefined } as const

  test('tells the first failure only', () => {
    const text = screen(result([check(1, 'passed'), check(2, 'broken', { name: 'first', findings: [misuse] }), check(3, 'broken', { name: 'second', findings: [{ ...misuse, explanation: { ...misuse.explanation, what: 'Other.' } }] })]))
    expect(text).toContain('★★ first\n\n✗ What.')
    expect(text).not.toContain('Other.')
    expect(text).toContain('✗ exercise-07 ★☆☆ 1 of 3 checks pass\n  npm run hint -- exercise-07   a hint')
  })

  test('ends with the explanation when everything passes', () => {
    expect(screen(result([check(1, 'passed'), check(2, 'passed')]))).toMatch(/✓ exercise-07 ★★☆ all 2 checks pass\n {2}solutions\/exercise-07-message-identity\/README\.md/)
  })

  test('claims no level when only some checks were run', () => {
    const text = screen(result([check(1, 'passed'), check(2, 'skipped')]))
    expect(text).toContain('✓ exercise-07: 1 of 2 checks were run, and pass\n  npm test -- exercise-07')
    expect(text).not.toContain('☆')
  })

  test('lists the names when -t matches none of them', () => {
    const text = screen(result([check(1, 'skipped'), check(2, 'skipped', { name: 'a copy', group: 'the bank' })]))
    expect(text).toContain('? exercise-07: no check matches that name\n  -t takes a part of one of these names, as it is written here:\n  · a check\n  · the bank a copy\n  npm test -- exercise-07')
    expect(screen(result([check(1, 'passed'), check(2, 'skipped')]))).not.toContain('-t takes')
  })

  test('names the hint of the task that the failed check is about', () => {
    const scheduler = { ...exercise, number: 10, name: 'exercise-10', folder: 'exercise-10-be-the-scheduler' }
    const text = screen({ ...result([check(2, 'broken', { name: 'ghost message: the promise must break' })]), exercise: scheduler })
    expect(text).toContain('npm run hint -- exercise-10 --number 2   the hint for it')
  })

  test('is neither red nor green about what is unknown', () => {
    const text = screen(result([check(1, 'unknown', { findings: [{ verdict: 'unknown', coverage: undefined, explanation: misuse.explanation }] })]))
    expect(text).toContain('? ★   a check')
    expect(text).toContain('? neither kept nor broken: unknown')
    expect(text).toContain('0 of 1 checks pass · 1 unknown')
  })

  test('tells what is broken before what is unknown, whichever comes first', () => {
    const unknown = check(1, 'unknown', { findings: [{ verdict: 'unknown', coverage: undefined, explanation: misuse.explanation }] })
    const text = screen(result([unknown, check(2, 'broken', { name: 'the broken one', problem: { title: 'it broke', detail: undefined, site: undefined } })]))
    expect(text).toContain('★★ the broken one\n')
    expect(text).toContain('it broke')
    expect(text).not.toContain('neither kept nor broken')
  })

  test('puts the stars of a suite before its checks', () => {
    expect(screen(result([check(1, 'passed', { group: 'the promises', name: 'one' }), check(1, 'passed', { group: 'the promises', name: 'two' })]))).toContain('  ★   the promises\n  ✓     one\n  ✓     two')
  })

  test('sets the sentences of a check anew where the terminal is narrow, and keeps lists and diagrams', () => {
    const detail = [
      '  · Dario  missed: your generator never makes such a history.',
      '           It shows when two customers want the same car at the same time.',
      '',
      '  A generator without promises sees everything and says nothing at all, which',
      '  is worse than none.',
      '  1  ├─ POST ─▶│',
    ].join('\n')
    const lesson = check(1, 'broken', { problem: { title: '✗ 1 of 7', detail, site: undefined, lesson: true } })
    expect(screen(result([lesson]), 50)).toContain(
      [
        '  · Dario  missed: your generator never makes such',
        '    a history.',
        '           It shows when two customers want the',
        '           same car at the same time.',
        '',
        '  A generator without promises sees everything and',
        '  says nothing at all, which is worse than none.',
        '  1  ├─ POST ─▶│',
      ].join('\n'),
    )
    expect(screen(result([lesson]), 80)).toContain(detail)
  })

  test('keeps within 40 columns', () => {
    const long = 'a name that is a good deal longer than forty columns, and then some'
    const text = screen(result([check(1, 'broken', { name: long, findings: [{ ...misuse, explanation: { what: long, why: long, next: long } }] })]), 40)
    expect(text.split('\n').filter((line) => displayWidth(line) > 40 && !line.includes('npm '))).toEqual([])
  })
})

describe('a failure that is no story', () => {
  const error = (name: string, message: string, stack = ''): Parameters<typeof problemOf>[0] => ({ name, message, stack, stacks: [] })

  test('names the line of the attendee, not ours', () => {
    const stack = 'TypeError: x\n    at check (/w/lib/exploration/check.ts:3:1)\n    at Object.run (/w/exercises/exercise-07-message-identity/book.ts:12:5)\n    at node_modules/vitest/x.js:1:1'
    expect(problemOf(error('TypeError', 'x is not a function', stack))).toMatchObject({ title: 'TypeError: x is not a function', detail: undefined })
    expect(problemOf(error('TypeError', 'x', stack)).site).toMatch(/exercises\/exercise-07-message-identity\/book\.ts:12$/)
  })

  test('is not put down to the attendee when it is the harness', () => {
    expect(problemOf(error('HarnessError', 'There is no fault called x.\nwhy\nnext')).title).toContain('not in your code')
  })

  test('is put down to nobody when something is missing on the machine', () => {
    expect(problemOf(error('MachineError', 'No SQLite loads on this machine.\nwhy\nnext'))).toEqual({ title: 'No SQLite loads on this machine.', detail: 'why\nnext', site: undefined })
  })

  test('leaves a text alone that says it all', () => {
    expect(problemOf(error('BrokenPromise', '✗ one\n  two'))).toEqual({ title: '✗ one', detail: '  two', site: undefined, lesson: true })
  })

  test('says what cannot be imported', () => {
    expect(problemOf(error('Error', "Cannot find module './nope.js' imported from '/w/x.ts'")).title).toBe("There is nothing to import from './nope.js'.")
  })

  test('says that a merge conflict is left', () => {
    expect(problemOf(error('Error', '[PARSE_ERROR] Error: Encountered diff marker\n   ╭─[ exercises/exercise-07-message-identity/book.ts:14:1 ]'))).toEqual({
      title: 'There is a merge conflict in the file.',
      detail: 'Git has written both versions into it, between <<<<<<<, ======= and >>>>>>>. Keep what is right of both, and take out these lines.',
      site: 'exercises/exercise-07-message-identity/book.ts:14',
    })
  })

  test('says that the process has ended, and not what Vitest calls that', () => {
    const { title, detail } = problemOf(error('Error', '[vitest-pool]: Worker forks emitted error.'))
    expect(title).toBe('The process in which the checks run ended while the file was loaded.')
    expect(detail).toContain('process.kill or process.abort at the top level of a file, or memory that ran out.')
  })

  test.each([
    [{ code: null, signal: 'SIGKILL' as const }, 'SIGKILL', 'It was ended by SIGKILL, so nothing more could be judged. process.kill at the top level of a file does that, and so does an operating system that is short of memory.'],
    [{ code: 137, signal: null }, 'SIGKILL', 'It was ended by SIGKILL'],
    [{ code: 134, signal: null }, 'SIGABRT', 'process.abort at the top level of a file does that, and so does Node.js when its memory has run out.'],
    [{ code: 0xc0000409, signal: null }, 'exit code 0xC0000409', 'It was ended by an error of the system, with exit code 0xC0000409, so nothing more could be judged. process.abort'],
    [{ code: -1073741819, signal: null }, 'exit code 0xC0000005', 'process.kill or process.abort at the top level of a file does that, or memory that ran out.'],
    [{ code: 1, signal: null }, undefined, 'Something ended it from within'],
  ])('says what has ended it: %j', (ending, name, text) => {
    expect(forcedEnding(ending)).toBe(name)
    expect(endedFromWithin(undefined, forcedEnding(ending)).problem.detail).toContain(text)
  })

  test('leaves a check unknown in the middle of which its process ended', () => {
    const tests = ['★ one', '★ two', '★★ three'].map((name, index) => ({ names: [name], state: index === 0 ? ('passed' as const) : ('pending' as const), record: {}, error: undefined, output: '', duration: 0 }))
    const ended = exerciseResult(exercise, { tests, loop: endedFromWithin('★ two'), errors: [], duration: 0 })
    expect(ended.checks.map(({ state }) => state)).toEqual(['passed', 'unknown', 'unknown'])
    expect(screen(ended)).toContain('✗ The process in which the checks run ended in the middle of this one.')
    expect(ended.problems).toEqual([])
  })

  const folder = 'exercises/exercise-07-message-identity'

  test("says that the attendee's file is not there, rather than an import", () => {
    const message = `Cannot find module './book-payment.js' imported from ${join(root, folder, 'exercise-07.test.ts')}`
    expect(unreadableFile(new Error(), message, () => undefined)).toEqual({
      title: 'The file book-payment.ts is not there.',
      detail: `You write your answer in it, and the checks import it from ${folder}. If you have renamed or moved it, give it back its name and its place.`,
      site: undefined,
    })
    expect(unreadableFile(new Error(), message)).toBeUndefined()
    expect(unreadableFile(new Error(), message.replace('book-payment', 'my-own-file'), () => undefined)).toBeUndefined()
  })

  test.each([
    ['with a byte order mark', Buffer.from('\uFEFFimport { a }', 'utf16le')],
    ['without one', Buffer.from('import { a }', 'utf16le')],
    ['the other way round', Buffer.from('import { a }', 'utf16le').swap16()],
  ])('says that a file is UTF-16: %s', (_, bytes) => {
    const told = { title: 'The file book-payment.ts is saved as UTF-16.', site: `${folder}/book-payment.ts` }
    const byId = Object.assign(new Error(), { __vitest_rollup_error__: { id: join(root, folder, 'book-payment.ts') } })
    expect(unreadableFile(byId, 'File appears to be binary.', () => bytes)).toMatchObject(told)
    expect(unreadableFile(new Error(), `Invalid Character\n╭─[ ${folder}/book-payment.ts:1:1 ]`, () => bytes)).toMatchObject(told)
    expect(unreadableFile(byId, 'Expected a semicolon', () => Buffer.from('import { größe }'))).toBeUndefined()
  })
})

test('JUnit has a case for each check, and no character that XML cannot hold', () => {
  const text = junitText([result([check(1, 'passed', { fullName: 'a <b> & "c"' }), check(2, 'broken', { problem: { title: 'bad \u0001', detail: undefined, site: 'x.ts:1' } }), check(3, 'skipped')])])
  expect(text).toContain('<testsuite name="exercise-07 message-identity" tests="3" failures="1" errors="0" time="0.001">')
  expect(text).toContain('name="a &lt;b&gt; &amp; &quot;c&quot;" time="1.234"/>')
  expect(text).toContain('<failure message="bad ">bad \nat x.ts:1</failure>')
  expect(text).toContain('<skipped/>')
})
