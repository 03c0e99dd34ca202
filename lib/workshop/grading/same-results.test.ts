import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { attendeeFiles, listExercises, listSubmissions, readHeader, solutionFolder, type Exercise } from '../exercises.js'
import { copyWorkshop } from '../fixtures/copy.js'
import { atFullLength } from '../proof/extent.js'

/**
 * An attendee's checks run without Vitest; with its flags they run by Vitest. Both must show the same, to the letter. The costly checks (★★★) are left
 * out here: what they find goes the same way as what the others find.
 */
const workshop = copyWorkshop({ all: true })
afterAll(() => workshop.remove())

/** One of each kind: a system (the first, whole), puzzles, a model, third parties, a pipeline. Others fail in no other way. */
const kinds: readonly number[] = [10, 12, 13, 15]
const exercises = listExercises().filter(({ number }) => atFullLength || kinds.includes(number))
const cheap = ['-t', ' ★{1,2} ']

async function bothWays(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ readonly directly: unknown; readonly byVitest: unknown; readonly text: string }> {
  const directly = await workshop.run(['test', ...args], env)
  return { directly, byVitest: await workshop.run(['test', ...args, '--run'], env), text: directly.stdout }
}

const placeOf = (exercise: Exercise, file: string): string => join(workshop.root, 'exercises', exercise.folder, file)

function submit(exercise: Exercise, folder: string): void {
  for (const file of attendeeFiles(exercise)) cpSync(join(solutionFolder(exercise), folder, file), placeOf(exercise, file))
}

const submissions: Readonly<Record<string, (exercise: Exercise) => void>> = {
  'the starters': (exercise) => submit(exercise, 'starter'),
  'the solutions': (exercise) => submit(exercise, '.'),
  'a near miss of each': (exercise) => {
    submit(exercise, '.')
    const [miss = ''] = listSubmissions(exercise, 'near-misses')
    const path = join(solutionFolder(exercise), 'near-misses', miss)
    cpSync(path, placeOf(exercise, readHeader(path).replaces ?? attendeeFiles(exercise)[0] ?? ''))
  },
}

const [first] = listExercises()

describe('with and without Vitest the screen is the same', () => {
  // Solutions and near misses are for whoever changes how checks are run, and for one job of the workflow.
  const shown = Object.entries(submissions).slice(0, atFullLength ? undefined : 1)

  test.each(shown)('for %s', { timeout: 300_000 }, async (_name, prepare) => {
    for (const exercise of exercises) prepare(exercise)
    const { directly, byVitest, text } = await bothWays([...exercises.map(({ name }) => name), ...cheap], { WORKSHOP_LOOP_LIMIT: '1500' })
    expect(directly).toEqual(byVitest)
    for (const { name } of exercises) expect(text).toMatch(new RegExp(`^[✓✗?] ${name}`, 'm'))
  })

  const changes: [string, (text: string) => string, readonly string[], string][] = [
    ['a whole run', (text: string) => text, [], ''],
    ['what is printed', (text: string) => text.replace('export const web', "console.log('while it is loaded')\nexport const web"), [], ''],
    ['an endless loop', (text: string) => text.replace('const orderId', 'for (;;) await null\n    const orderId'), [], ''],
    ['an error while it is loaded', (text: string) => `${text}\nthrow new TypeError('no')\n`, [], ''],
    ['an endless loop while it is loaded', (text: string) => `${text}\nfor (;;) Math.random()\n`, [], ''],
    ['a type error', (text: string) => text.replace('store.get<Cart>', 'store.gett<Cart>'), [], '! one type error'],
    ['a name that no check has', (text: string) => text, ['-t', 'nothing'], ''],
  ]
  test.each(atFullLength ? changes : changes.slice(0, 4))('for %s', { timeout: 120_000 }, async (_name, change, args, shown) => {
    if (first === undefined) return
    submit(first, 'starter')
    writeFileSync(workshop.file, change(readFileSync(workshop.file, 'utf8')))
    // Type errors are told when they are known, and here that must not be chance.
    const { directly, byVitest, text } = await bothWays([first.name, ...args], { WORKSHOP_LOOP_LIMIT: '600', WORKSHOP_TYPE_PATIENCE: shown === '' ? '0' : '60000' })
    expect(directly).toEqual(byVitest)
    expect(text).toContain(shown)
  })
})

describe('what only Vitest knows', () => {
  const file = join(workshop.root, 'exercises', 'exercise-01-double-click', 'exercise-01.test.ts')
  const before = readFileSync(file, 'utf8')

  test.each([
    ['expect', (text: string) => text.replace('{ describe, test }', '{ describe, expect, test }').replace("describe('", "test('★ sums', () => { expect(1).toBe(2) })\ndescribe('"), 'expected 1 to be 2'],
    ['test.skip', (text: string) => text.replaceAll("test('★★", "test.skip('★★"), '3 of 11 checks were run'],
    ['a rejection that nobody handles', (text: string) => `${text}\nvoid Promise.reject(new Error('forgotten'))\n`, 'forgotten'],
  ])('is left to it: %s', async (_name, change, shown) => {
    if (first !== undefined) submit(first, 'starter')
    writeFileSync(file, change(before))
    const { stdout } = await workshop.run(['test', '1', '-t', ' ★|^★'])
    expect(stdout).toContain(shown)
  })
})
