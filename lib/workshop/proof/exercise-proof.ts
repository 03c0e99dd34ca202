import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CheckError } from '../../exploration/index.js'
import { ModelError } from '../../model-checker/errors.js'
import { contentOf } from '../attendee-files.js'
import { collect } from '../collector.js'
import { attendeeFiles, exerciseFolder, listExercises, listSubmissions, readHeader, root, solutionFolder, testFile, type Exercise } from '../exercises.js'
import { loadPath } from '../overlay.js'

/**
 * The workshop's own proof for the exercises of one module: the solution and every second solution pass; the pristine starter fails
 * by a broken promise, and by nothing else; every near miss is rejected first by the check that it names, for the reason that it
 * names. Defines vitest tests.
 */
export function proveModule(number: number): void {
  const exercises = listExercises().filter(({ module }) => module.number === number)
  test('the module has an exercise', () => expect(exercises).not.toEqual([]))
  for (const exercise of exercises) proveExercise(exercise)
}

function proveExercise(exercise: Exercise): void {
  const home = relative(root, solutionFolder(exercise))
  const judged = new Map<string, Promise<readonly Judged[]>>()
  const judgeOnce = (submission: string): Promise<readonly Judged[]> => {
    const known = judged.get(submission) ?? judge(exercise, submission)
    judged.set(submission, known)
    return known
  }
  describe(`${exercise.name} · ${exercise.title}`, () => {
    test('the solution keeps every promise', async () => {
      expect(describeFailures(await judge(exercise, home))).toEqual([])
    })

    test.each(listSubmissions(exercise, 'second-solutions'))('the second solution %s keeps every promise', async (file) => {
      expect(describeFailures(await judge(exercise, join(home, 'second-solutions', file)))).toEqual([])
    })

    test('the starter breaks a promise, and nothing else', async () => {
      const results = await judgeOnce(join(home, 'starter'))
      expect(results.some(({ error }) => error === undefined), 'the starter works on the happy path').toBe(true)
      const failures = results.filter(({ error }) => error !== undefined)
      expect(failures.length, 'the starter fails at least one check').toBeGreaterThan(0)
      for (const { name, error } of failures) {
        expect(isBrokenPromise(error), `${name} fails by a broken promise, not by: ${textOf(error)}`).toBe(true)
        expect(textOf(error)).not.toMatch(/TypeError|ReferenceError/)
      }
    })

    // An attendee's files change, and the workshop's proof stays green all the same; in CI there is no attendee.
    if (process.env['CI'] !== undefined) {
      test('the pristine starter and the exercise are the same', () => {
        for (const file of attendeeFiles(exercise)) {
          expect(contentOf(join(exerciseFolder(exercise), file)), file).toBe(contentOf(join(solutionFolder(exercise), 'starter', file)))
        }
      })
    }

    test('the README quotes what the starter really does', async () => {
      const failure = (await judgeOnce(join(home, 'starter'))).find(({ error }) => error !== undefined)
      expect(contentOf(join(exerciseFolder(exercise), 'README.md'))).toContain(textOf(failure?.error))
    })

    const nearMisses = listSubmissions(exercise, 'near-misses')
    test('there are near misses, each with a header', () => {
      expect(nearMisses.length).toBeGreaterThanOrEqual(3)
    })

    test.each(nearMisses)('the near miss %s is rejected for its own reason', async (file) => {
      const { caughtBy, because } = readHeader(join(root, home, 'near-misses', file))
      expect(caughtBy, 'the header names the check: "Caught by: ★★ …"').toBeTruthy()
      expect(because, 'the header names the reason: "Because: …"').toBeTruthy()
      const results = await judge(exercise, join(home, 'near-misses', file), 'the first failure')
      const first = results.find(({ error }) => error !== undefined)
      expect(first?.name, 'the first check that it fails').toContain(caughtBy)
      expect(flat(textOf(first?.error)), 'the reason').toContain(flat(because ?? ''))
    })

    test('everything that an exercise consists of is there', () => {
      for (const file of ['README.md', 'hints.md', `${exercise.name}.test.ts`]) expect(existsSync(join(exerciseFolder(exercise), file)), file).toBe(true)
      expect(existsSync(join(solutionFolder(exercise), 'README.md')), 'the solution is explained').toBe(true)
      for (const file of attendeeFiles(exercise)) expect(readdirSync(solutionFolder(exercise)), `the solution has ${file}`).toContain(file)
    })
  })
}

interface Judged {
  readonly name: string
  readonly error: unknown
}

/** Runs the graded checks of an exercise against a submission, all of them or until one fails. */
async function judge(exercise: Exercise, submission: string, until: 'the end' | 'the first failure' = 'the end'): Promise<readonly Judged[]> {
  const tests = await collect(() => import(/* @vite-ignore */ loadPath(testFile(exercise), submission)))
  const results: Judged[] = []
  for (const { name, run } of tests) {
    try {
      await run()
      results.push({ name, error: undefined })
    } catch (error) {
      results.push({ name, error })
      if (until === 'the first failure') break
    }
  }
  expect(results.length, 'there are checks').toBeGreaterThan(0)
  return results
}

function describeFailures(results: readonly Judged[]): string[] {
  return results.filter(({ error }) => error !== undefined).map(({ name, error }) => `${name}\n${textOf(error)}`)
}

/** Graded checks of a system throw a CheckError; those of other exercises an ordinary assertion with a text of their own. */
function isBrokenPromise(error: unknown): boolean {
  if (error instanceof CheckError) return error.finding.verdict === 'broken'
  if (error instanceof ModelError) return error.kind !== 'specification' && error.kind !== 'tlc'
  return error instanceof Error && (error.name === 'AssertionError' || error.name === 'BrokenPromise')
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ')
}
