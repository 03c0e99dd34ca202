import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { copyWorkshop } from '../fixtures/copy.js'
import { atFullLength } from '../proof/extent.js'

/**
 * What people hand in that cannot be judged, or not as they think, typed as an attendee types it: the command's whole output but for stories. Together
 * with `lib/exploration/misuse.test.ts` these are more than forty kinds:
 *
 * | what is wrong | where it is tested |
 * |---|---|
 * | a missing `await`; work after the return; an `async` that is missing; a promise that never settles; an endless loop, endless retries | misuse |
 * | a changed message or document; what cannot be stored: 13 kinds of values; a type that is no name; no message at all; an empty commit; no version | misuse |
 * | an unknown endpoint, host, route, message type, option; an invalid response; a loop that ends or misspells; a factory that throws | misuse |
 * | the process ended, killed, halted or listened to in a handler; a thread, a process, a file, the network; a changed global; memory of a module | misuse |
 * | an empty file; a default export; an export that is a promise, class, function or object; a thrown text or nothing; recursion; evaluated text | misuse |
 * | a syntax error; a missing export; a type error beside a run; an endless loop | `commands.test.ts` |
 * | a merge conflict; UTF-16; a file that is missing; an import that leads nowhere | `screen.test.ts` |
 * | a copy beside the file; a `.js` file beside it; the checks changed; the solution changed; another exercise's file changed | here |
 * | the solution imported, statically or not; another exercise's file imported | here |
 * | a file in Latin-1; the process aborted or killed at the top level; what only the type checker refuses | here |
 */
vi.setConfig({ testTimeout: 180_000 })

const workshop = copyWorkshop()
const folder = join('exercises', 'exercise-01-double-click')
const other = join('exercises', 'exercise-15-inbox')
const at = (...path: readonly string[]): string => join(workshop.root, ...path)
cpSync(join(process.cwd(), other), at(other), { recursive: true })
cpSync(at('solutions', 'exercise-15-inbox', 'starter'), at(other), { recursive: true })
const starter = readFileSync(workshop.file, 'utf8')
const given = readFileSync(at(folder, 'exercise-01.test.ts'), 'utf8')

const solution = at('solutions', 'exercise-01-double-click', 'submit-cart.ts')
const handedOut = new Map([workshop.file, at(folder, 'exercise-01.test.ts'), at(other, 'inbox.ts'), solution].map((file) => [file, readFileSync(file, 'utf8')]))
const beside = ['submit-cart copy.ts', 'submit-cart.js'].map((name) => at(folder, name))
afterEach(() => {
  for (const [file, text] of handedOut) writeFileSync(file, text)
  for (const file of beside) rmSync(file, { force: true })
})
afterAll(() => workshop.remove())

/** What the attendee reads. */
async function judged({ flags = [], env = {} }: { readonly flags?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {}): Promise<string> {
  const directly = await workshop.run(['test', '1', ...flags], env)
  expect(directly.stderr).toBe('')
  expect(directly.stdout).not.toMatch(/node_modules|^\s+at (?!exercises)/m)
  return directly.stdout
}

/** At full length the same with and without Vitest; a few examples of that are in `same-results.test.ts`. */
async function judgedBothWays(): Promise<string> {
  const directly = await judged()
  if (atFullLength) expect(await judged({ flags: ['--run'] })).toBe(directly)
  return directly
}

const cannotBeJudged = (problem: readonly string[]): string =>
  ['', 'exercise 01 · double-click', '', ...problem, '', '✗ exercise-01 could not be judged', '  npm test -- exercise-01        once that is fixed', '  npm run reset -- exercise-01   restores the starter; your files are kept', ''].join('\n')

describe('the wrong file was edited', () => {
  const note = (...changed: readonly string[]): string =>
    [
      '! submit-cart.ts is the untouched starter: nothing of yours was judged.',
      ...changed,
      '  The checks import submit-cart.ts in exercises/exercise-01-double-click. Write',
      '  your answer there.',
      '',
      '✗ exercise-01',
    ].join('\n')

  test('a copy beside it', async () => {
    const made = at(folder, 'submit-cart copy.ts')
    writeFileSync(made, starter.replace('crypto.randomUUID()', 'cartId'))
    expect(await judgedBothWays()).toContain(note('  Changed instead: exercises/exercise-01-double-click/submit-cart copy.ts'))
    writeFileSync(workshop.file, `${starter}\n// mine\n`)
    expect(await judged()).not.toContain('untouched')
  })

  test('a file of JavaScript, which is loaded in its place', async () => {
    const made = at(folder, 'submit-cart.js')
    writeFileSync(made, 'export const web = undefined\n')
    expect(await judgedBothWays()).toBe(
      cannotBeJudged([
        '  ✗ submit-cart.js lies beside submit-cart.ts and is loaded in its place, so',
        '    your answer was not judged.',
        '    at exercises/exercise-01-double-click/submit-cart.js',
        '',
        "    The checks import './submit-cart.js', which is submit-cart.ts as long as",
        '    there is no file of that very name. A compiler or an editor may have made',
        '    it.',
        '    Delete it, or move it elsewhere, and write your answer in submit-cart.ts.',
      ]),
    )
  })

  test('that of another exercise', async () => {
    const file = at(other, 'inbox.ts')
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n// mine\n`)
    expect(await judged()).toContain(note('  Changed instead: exercises/exercise-15-inbox/inbox.ts'))
  })

  test('nothing is said when nothing else has been', async () => {
    expect(await judged()).not.toContain('untouched')
  })

  test('the checks, or the solution, where git knows what they were', async () => {
    const git = (...args: readonly string[]): void => void spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: workshop.root })
    git('init', '--quiet')
    git('add', 'exercises', 'solutions')
    git('commit', '--quiet', '--no-verify', '--message', 'as handed out')
    writeFileSync(at(folder, 'exercise-01.test.ts'), `${given}\n// mine\n`)
    expect(await judged()).toContain(note('  Changed instead: exercises/exercise-01-double-click/exercise-01.test.ts'))
    writeFileSync(at(folder, 'exercise-01.test.ts'), given)
    writeFileSync(solution, starter)
    expect(await judged()).toContain(note('  Changed instead: solutions/exercise-01-double-click/submit-cart.ts'))
  })
})

describe('what belongs to somebody else is imported', () => {
  const problem = [
    '  ✗ submit-cart.ts imports',
    '    ../../solutions/exercise-01-double-click/submit-cart.js, so it was not',
    '    judged.',
    '    at exercises/exercise-01-double-click/submit-cart.ts:2',
    '',
    '    That is a solution: the checks would judge it, and say nothing about your',
    '    answer.',
    "    Import from '#lib', '#driveway' and files in",
    '    exercises/exercise-01-double-click. npm run solution -- exercise-01 shows',
    '    the solution, and --apply takes it.',
  ]

  const ways = [
    ['handed on', "export { web } from '../../solutions/exercise-01-double-click/submit-cart.js'"],
    ['imported', "import { web as theirs } from '../../solutions/exercise-01-double-click/submit-cart.js'; export const web = theirs"],
    ['imported while it runs', "export const { web } = await import('../../solutions/exercise-01-double-click/submit-cart.js')"],
  ] as const
  test.each(ways)('the solution, %s', async (how, text) => {
    writeFileSync(workshop.file, `// mine\n${text}\n`)
    expect(await (how === 'handed on' ? judgedBothWays() : judged())).toBe(cannotBeJudged(problem))
  })

  test("another exercise's file", async () => {
    writeFileSync(workshop.file, `import '../exercise-15-inbox/inbox.js'\n${starter}`)
    expect(await judged()).toBe(
      cannotBeJudged([
        '  ✗ submit-cart.ts imports ../exercise-15-inbox/inbox.js, so it was not judged.',
        '    at exercises/exercise-01-double-click/submit-cart.ts:1',
        '',
        '    That file belongs to exercise-15: it changes with that exercise, when you',
        '    reset it, for example, and your answer here would change with it.',
        "    Import from '#lib', '#driveway' and files in",
        '    exercises/exercise-01-double-click. What you need of the other file you can',
        '    copy.',
      ]),
    )
  })

  test('a comment, a text and a type are no import', async () => {
    const types = "import type { inbox } from '../exercise-15-inbox/inbox.js'\nexport type Theirs = typeof inbox\n"
    writeFileSync(workshop.file, `${types}// import { web } from '../../solutions/exercise-01-double-click/submit-cart.js'\nexport const text = '../../solutions/x.js'\n${starter}`)
    expect(await judged()).not.toContain('could not be judged')
  })
})

test('a file in Latin-1', async () => {
  writeFileSync(workshop.file, Buffer.from(starter.replace('const orderId', 'const größe = 1\n    const orderId'), 'latin1'))
  expect(await judgedBothWays()).toBe(
    cannotBeJudged([
      '  ✗ The file submit-cart.ts is not saved as UTF-8.',
      '    at exercises/exercise-01-double-click/submit-cart.ts:11',
      '',
      '    A TypeScript file has to be UTF-8. In another encoding, such as Latin-1 or',
      '    Windows-1252, letters like ä and é are bytes that mean nothing. Save the',
      '    file as UTF-8: in Visual Studio Code, click the encoding at the bottom',
      '    right, choose "Reopen with Encoding" and the one that shows the letters,',
      '    then "Save with Encoding".',
    ]),
  )
})

describe('the process ends while the file is loaded', () => {
  const ended = (...lines: readonly string[]): string => cannotBeJudged(['  ✗ The process in which the checks run ended while the file was loaded.', '', ...lines.map((line) => `    ${line}`), '    Look for such a call, and for a list or a Map that grows without end.'])

  const unnamed = ['Something ended it from within, so nothing more could be judged:', 'process.kill or process.abort at the top level of a file, or memory that ran', 'out.']
  // On Windows whoever is killed has exited with 1, as any program may.
  const waysToEnd: readonly (readonly [string, readonly string[]])[] = [
    ['process.abort()', ['It was ended by SIGABRT, so nothing more could be judged. process.abort at', 'the top level of a file does that, and so does Node.js when its memory has', 'run out.']],
    ["process.kill(process.pid, 'SIGKILL')", process.platform === 'win32' ? unnamed : ['It was ended by SIGKILL, so nothing more could be judged. process.kill at', 'the top level of a file does that, and so does an operating system that is', 'short of memory.']],
  ]
  test.each(waysToEnd)('%s', async (call, lines) => {
    writeFileSync(workshop.file, `${starter}\n${call}\n`)
    const directly = await workshop.run(['test', '1'])
    expect(directly).toEqual({ code: 1, stderr: '', stdout: ended(...lines) })
    const byVitest = await workshop.run(['test', '1', '--run'])
    expect(byVitest).toEqual({ code: 1, stderr: '', stdout: ended(...unnamed) })
  })
})

test('what only the type checker refuses is judged, and told', async () => {
  writeFileSync(workshop.file, starter.replace('order: Order =', 'order: Order & { readonly vat: number } ='))
  expect(await judged({ env: { WORKSHOP_TYPE_PATIENCE: '60000' } })).toMatch(/checks pass\n[^]*\n! one type error; checks run all the same\n {2}submit-cart\.ts:12 {2}Property 'vat' is missing in type '\{ customer: string; car…\n$/)
})
