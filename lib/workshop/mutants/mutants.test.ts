import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { listExercises, root } from '../exercises.js'
import { copyWorkshop } from '../fixtures/copy.js'
import { atFullLength } from '../proof/extent.js'
import { equivalentMutants, isAbout } from './equivalent.js'
import { mutatedFiles, orphans } from './run.js'
import { sampleOf } from './sample.js'

const workshop = copyWorkshop()
const whole = copyWorkshop({ all: true })
afterAll(() => {
  workshop.remove()
  whole.remove()
})

const home = join(workshop.root, 'solutions', 'exercise-01-double-click')

interface Json {
  readonly exercises: readonly { readonly mutants: number; readonly survived: number; readonly unknown: number }[]
  readonly alive: readonly unknown[]
}

describe('equivalent mutants', () => {
  test.each(listExercises())('$name lists none that there is not, each with a reason', (exercise) => {
    expect(orphans(exercise)).toEqual([])
    for (const { reason } of equivalentMutants(exercise)) expect(reason.length).toBeGreaterThan(20)
  })

  test('of lines that read alike, an entry names one', () => {
    const text = 'if (a) return\n  if (a) return\nif (b) return'
    const mutant = { operator: 'ConditionalExpression', line: 2, start: 20, end: 21, original: 'a', replacement: 'false' }
    const entry = { file: 'x.ts', line: 'if (a) return', change: 'a → false', reason: '' }
    expect([undefined, 1, 2, 3].map((occurrence) => isAbout({ ...entry, ...(occurrence === undefined ? {} : { occurrence }) }, 'x.ts', text, mutant))).toEqual([true, false, true, false])
  })

  test('an entry that fits no mutant is an error', async () => {
    const file = join(home, 'equivalent-mutants.json')
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '[]'
    writeFileSync(file, JSON.stringify([{ file: 'submit-cart.ts', line: 'return nothing', change: 'true → false', reason: 'It is not there.' }]))
    const { code, stdout } = await workshop.run(['mutants', '1', '--sample', '1', '--seed', 'a'])
    writeFileSync(file, before)
    expect(code).toBe(1)
    expect(stdout.replace(/\s+/g, ' ')).toContain('✗ equivalent-mutants.json of exercise-01 lists a mutant that there is not: submit-cart.ts: return nothing: true → false')
  })
})

describe('a sample', () => {
  const [first] = listExercises()

  test('is the same for the same seed, and another for another', () => {
    const files = first === undefined ? [] : mutatedFiles(first)
    const drawn = (seed: string): readonly unknown[] => sampleOf(files, 5, seed).flatMap(({ mutants }) => mutants)
    expect(drawn('a')).toEqual(drawn('a'))
    expect(drawn('a')).not.toEqual(drawn('b'))
    expect(drawn('a')).toHaveLength(5)
  })

  // These have no survivor that is not listed; see CONTRIBUTING.md.
  const measured = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '22']

  test('of what has no survivor survives nowhere', { timeout: 600_000 }, async () => {
    const [names, count] = atFullLength ? [measured, 20] : [['1', '7', '14'], 3]
    const { stdout } = await whole.run(['mutants', ...names, '--sample', String(count), '--seed', '2026', '--json'], { WORKSHOP_LOOP_LIMIT: '1500' })
    const { exercises, alive } = JSON.parse(stdout) as Json
    expect(alive).toEqual([])
    expect(exercises.reduce((sum, { mutants }) => sum + mutants, 0)).toBe(count)
  })
})

test('a mutant that no check breaks is shown with the lines that differ', async () => {
  const checks = join(workshop.root, 'exercises', 'exercise-01-double-click', 'exercise-01.test.ts')
  const before = readFileSync(checks, 'utf8')
  // A judge that lets everything pass.
  writeFileSync(checks, "import { test } from 'vitest'\nimport { web } from './submit-cart.js'\ntest('★ nothing is asked for', () => void web)\n")
  const { code, stdout } = await workshop.run(['mutants', '1', '--sample', '4', '--seed', 'b'])
  writeFileSync(checks, before)
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ survived:\s+solutions\/exercise-01-double-click\/\S+\.ts:\d+\s+\([A-Z]\w+\)\n {2}- .+\n/)
  expect(stdout).toMatch(/exercise-01 +4 +0 +[01] +[34] +0 +0 +(?:0\.0|25\.0) %/)
  expect(root).not.toBe(workshop.root)
})
