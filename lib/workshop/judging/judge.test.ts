import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { displayWidth } from '../../story/width.js'
import { root } from '../exercises.js'
import { copyWorkshop } from '../fixtures/copy.js'

const solution = readFileSync(join(root, 'solutions', 'exercise-01-double-click', 'submit-cart.ts'), 'utf8')
const nearMiss = readFileSync(join(root, 'solutions', 'exercise-01-double-click', 'near-misses', 'seen-carts-in-memory.ts'), 'utf8')
const starter = readFileSync(join(root, 'solutions', 'exercise-01-double-click', 'starter', 'submit-cart.ts'), 'utf8')

const workshop = copyWorkshop()
const held = mkdtempSync(join(tmpdir(), 'held-'))
afterAll(() => {
  workshop.remove()
  rmSync(held, { recursive: true, force: true })
})

/** Answers in a folder of their own, outside of the repository. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = join(held, name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return join(held, name)
}

/** The solution, with something that it does at each click. */
function doing(what: string): string {
  const changed = solution.replace(/(\(request, context\) \{\n)/, `$1${what}\n`)
  expect(changed).not.toBe(solution)
  return changed
}

interface Judged {
  readonly answer: string
  readonly verdict: string
  readonly asItShouldBe: boolean
  readonly by: string | null
  readonly because: string
}

async function judged(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number | null; readonly answers: Readonly<Record<string, Judged>> }> {
  const { code, stdout, stderr } = await workshop.run(['judge', ...args, '--json'], { WORKSHOP_LOOP_LIMIT: '500', ...env })
  expect(stderr).toBe('')
  const { answers } = JSON.parse(stdout) as { readonly answers: readonly Judged[] }
  return { code, answers: Object.fromEntries(answers.map((each) => [each.answer, each])) }
}

describe('right and wrong answers', () => {
  test('the table names the check that rejects, and the exit code says that all is well', async () => {
    const place = folder('well', { 'exercise-01/right/solution.ts': solution, '1/right/whole/submit-cart.ts': solution, 'double-click/wrong/in-memory.ts': nearMiss, '1/wrong/untouched/notes.ts': 'export {}' })
    const { code, stdout, stderr } = await workshop.run(['judge', place])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/exercise-01 · double-click/)
    expect(stdout).toMatch(/✓ right\/solution\.ts +accepted +\d+\.\d s/)
    expect(stdout).toMatch(/✓ right\/whole\/ +accepted/)
    expect(stdout).toMatch(/✓ wrong\/in-memory\.ts +rejected .*\n +★★ the response is lost, and the browser sends the click again\n +✗ one order per cart/)
    // What a folder leaves out is still as it was handed out.
    expect(stdout).toMatch(/✓ wrong\/untouched\/ +rejected .*\n +★★ the response is lost/)
    expect(stdout).toMatch(/exercise-01 +2 +0 +0 +2 +0 +0\n/)
    expect(stdout).toContain('✓ every right answer is accepted, and every wrong one rejected')
    expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(80)
  })

  test('a wrong answer that is accepted and a right one that is not are counted, and fail', async () => {
    const place = folder('ill', { 'exercise-01/right/in-memory.ts': nearMiss, 'exercise-01/wrong/solution.ts': solution })
    const { code, stdout } = await workshop.run(['judge', place])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ right\/in-memory\.ts +rejected/)
    expect(stdout).toMatch(/✗ wrong\/solution\.ts +accepted/)
    expect(stdout).toMatch(/exercise-01 +1 +1 +0 +1 +1 +0\n/)
    expect(stdout).toContain('✗ 2 of 2 answers came out otherwise than they should.')
  })

  test("the attendee's own file is neither used nor touched", async () => {
    const place = folder('own', { 'exercise-01/right/solution.ts': solution, 'exercise-01/wrong/untouched/notes.ts': 'export {}' })
    writeFileSync(workshop.file, 'this is not TypeScript')
    const { code } = await judged([place])
    expect(code).toBe(0)
    expect(readFileSync(workshop.file, 'utf8')).toBe('this is not TypeScript')
    writeFileSync(workshop.file, starter)
  })
})

describe('answers that misbehave', () => {
  test('each is rejected, and told from the others', async () => {
    const place = folder('bad', {
      'exercise-01/right/solution.ts': solution,
      'exercise-01/right/windows.ts': `\uFEFF${solution.replaceAll('\n', '\r\n')}`,
      'exercise-01/wrong/conflict.ts': solution.replace('export const', '<<<<<<< HEAD\n=======\n>>>>>>> theirs\nexport const'),
      'exercise-01/wrong/never-made.ts': `import { nothing } from 'node:nothing'\nnothing()\n${solution}`,
      'exercise-01/wrong/does-not-compile.ts': 'export const web = service("web", {',
      'exercise-01/wrong/empty.ts': '',
      'exercise-01/wrong/not-there.ts': `import 'no-such-package'\n${solution}`,
      'exercise-01/wrong/two-engines.ts': solution.replace("'#lib'", "'../../lib/index.js'"),
      'exercise-01/wrong/handed-on.ts': "export { web } from '../../solutions/exercise-01-double-click/submit-cart.js'",
      'exercise-01/wrong/throws.ts': `throw new Error('at once')\n${solution}`,
      'exercise-01/wrong/endless.ts': doing('while (true);'),
      'exercise-01/wrong/endless-at-once.ts': `${solution}\nwhile (true);`,
      'exercise-01/wrong/endless-awaits.ts': doing('for (;;) await Promise.resolve()'),
      'exercise-01/wrong/exits.ts': `${solution}\nprocess.exit(0)`,
      'exercise-01/wrong/exits-later.ts': doing('process.exit(0)'),
      'exercise-01/wrong/speaks.ts': `${starter}\nprocess.send?.({ kind: 'over' })`,
    })
    const { code, answers } = await judged([place])
    expect(code).toBe(0)
    const because = Object.fromEntries(Object.entries(answers).map(([name, { because }]) => [name, because]))
    expect(because).toMatchObject({
      'solution.ts': '',
      'windows.ts': '',
      'conflict.ts': expect.stringMatching(/^It cannot be compiled\. conflict\.ts:\d+: ./) as string,
      'never-made.ts': 'It cannot be loaded. Error: No such built-in module: node:nothing',
      'does-not-compile.ts': expect.stringMatching(/^It cannot be compiled\. does-not-compile\.ts:1: ./) as string,
      'empty.ts': '✗ The first part of the system is missing.',
      'not-there.ts': "It cannot be compiled. There is nothing to import from 'no-such-package'.",
      'two-engines.ts': "It cannot be compiled. There is nothing to import from '../../lib/index.js'.",
      'handed-on.ts': "It cannot be compiled. It imports '../../solutions/exercise-01-double-click/submit-cart.js', which is a solution or belongs to another exercise: the checks would judge that file.",
      'throws.ts': 'It cannot be loaded. Error: at once',
      'endless.ts': 'It never ends, and lets nothing else happen.',
      'endless-at-once.ts': 'It never ends, and lets nothing else happen.',
      'endless-awaits.ts': 'It never ends, and lets nothing else happen.',
      'exits.ts': 'It ended its own process, with exit code 0.',
      'exits-later.ts': expect.stringContaining('web called `process.exit()`') as string,
    })
    expect(answers['speaks.ts']?.by).toBe('★★ the response is lost, and the browser sends the click again')
    expect(answers['exits-later.ts']?.by).toBe('★ one click makes one order, and leads to it')
  }, 180_000)

  test('what waits for ever or fills the memory is rejected, and what takes too long is unknown', async () => {
    const place = folder('long', {
      'exercise-01/wrong/grows.ts': doing('const kept: string[][] = []\nfor (;;) { kept.push(Array.from({ length: 100_000 }, () => "more")) }'),
      'exercise-01/wrong/waits.ts': `${solution}\nawait new Promise(() => undefined)`,
      'exercise-01/wrong/slow.ts': doing('const end = process.cpuUsage().user + 300_000\nwhile (process.cpuUsage().user < end);'),
    })
    const { code, answers } = await judged([place, '--time', '3', '--memory', '300'], { WORKSHOP_LOOP_LIMIT: '30000' })
    expect(code).toBe(1)
    expect(answers['waits.ts']).toMatchObject({ verdict: 'rejected', because: 'It waits for something that never comes.' })
    expect(answers['grows.ts']).toMatchObject({ verdict: 'rejected', because: 'It takes more and more memory.' })
    expect(answers['slow.ts']).toMatchObject({ verdict: 'unknown', because: 'It takes too long to be judged.' })
  }, 120_000)
})

describe('folders', () => {
  test.each([
    ['that are not there', ['nowhere'], 'There is no folder nowhere.'],
    ['that are files', ['package.json'], 'package.json is not a folder.'],
    ['without an answer', ['lib'], 'There is no answer in lib.'],
    ['that are not named', [], 'No folder was named.'],
  ])('%s are told', async (_name, args, what) => {
    const { code, stdout, stderr } = await workshop.run(['judge', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`✗ ${what}`)
    expect(stderr).toContain('So there is nothing to judge.')
    expect(stderr.replace(/\s+/g, ' ')).toContain('Name a folder with exercise-01/right/*.ts and exercise-01/wrong/*.ts in it.')
  })

  test('what is no answer is named, the answers beside it are judged, and it fails', async () => {
    const place = folder('odd', { 'exercise-01/right/solution.ts': solution, 'exercise-01/right/notes.md': '', 'exercise-99/right/any.ts': '', '.git/right/any.ts': '' })
    const { code, stdout } = await workshop.run(['judge', place])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✓ right\/solution\.ts +accepted/)
    expect(stdout).toContain('✗ exercise-01/right/notes.md is not a .ts file. It was not judged.')
    expect(stdout).toContain('✗ exercise-99 is not the name of an exercise')
    expect(stdout).not.toContain('.git')
  })

  test('the folder of one exercise will do', async () => {
    const place = folder('one/exercise-01', { 'wrong/in-memory.ts': nearMiss })
    expect((await judged([place])).code).toBe(0)
    expect(existsSync(place)).toBe(true)
  })
})
