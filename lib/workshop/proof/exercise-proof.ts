import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { contentOf } from '../attendee-files.js'
import { builtFile } from '../built-file.js'
import { attendeeFiles, exerciseFolder, listExercises, listSubmissions, readHeader, root, solutionFolder, type Exercise } from '../exercises.js'
import { freshBuild } from '../launch/cache.mjs'
import { atFullLength } from './extent.js'
import type { Court, Judged } from './judge-submission.js'
import type * as judging from './judge-submission.js'

/**
 * The workshop's own proof for the exercises of one module: the solution and every second solution pass; the pristine starter fails
 * by a broken promise, and by nothing else; every near miss is rejected by the check that it names, for the reason that it names, and
 * (at full length) by none before it. Defines vitest tests.
 */
export function proveModule(number: number): void {
  const exercises = listExercises().filter(({ module }) => module.number === number)
  test('the module has an exercise', () => expect(exercises).not.toEqual([]))
  for (const exercise of exercises) proveExercise(exercise)
}

function proveExercise(exercise: Exercise): void {
  const home = solutionFolder(exercise)
  let court: Promise<Court> | undefined
  const judge = async (submission: string, until: 'the end' | 'the first failure' = 'the end', only?: string): Promise<readonly Judged[]> => {
    court ??= openCourt(exercise)
    const results = await (await court).judge(submission, until, only)
    expect(results.length, 'there are checks').toBeGreaterThan(0)
    return results
  }
  let starter: Promise<readonly Judged[]> | undefined
  const judgeStarter = (): Promise<readonly Judged[]> => (starter ??= judge(join(home, 'starter')))
  describe(`${exercise.name} · ${exercise.title}`, () => {
    afterAll(async () => (await court)?.close())

    test('the solution keeps every promise', async () => {
      expect(describeFailures(await judge(home))).toEqual([])
    })

    test.each(listSubmissions(exercise, 'second-solutions'))('the second solution %s keeps every promise', async (file) => {
      expect(describeFailures(await judge(join(home, 'second-solutions', file)))).toEqual([])
    })

    test('the starter breaks a promise, and nothing else', async () => {
      const results = await judgeStarter()
      expect(results.some(({ failure }) => failure === undefined), 'the starter works on the happy path').toBe(true)
      expect(results.some(({ failure }) => failure !== undefined), 'the starter fails at least one check').toBe(true)
      for (const { name, failure } of results) {
        if (failure === undefined) continue
        expect(failure.isBrokenPromise, `${name} fails by a broken promise, not by: ${failure.text}`).toBe(true)
        expect(failure.text).not.toMatch(/TypeError|ReferenceError/)
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
      const first = (await judgeStarter()).find(({ failure }) => failure !== undefined)
      expect(contentOf(join(exerciseFolder(exercise), 'README.md'))).toContain(first?.failure?.text ?? 'the starter fails no check')
    })

    const nearMisses = listSubmissions(exercise, 'near-misses')
    test('there are near misses, each with a header', () => {
      expect(nearMisses.length).toBeGreaterThanOrEqual(3)
    })

    // In short, each check of an elective is shown to reject one of them.
    const judged = atFullLength || !exercise.module.elective ? nearMisses : firstOfEachCheck(home, nearMisses)
    test.each(judged)('the near miss %s is rejected for its own reason', async (file) => {
      const { caughtBy, because } = readHeader(join(home, 'near-misses', file))
      expect(caughtBy, 'the header names the check: "Caught by: ★★ …"').toBeTruthy()
      expect(because, 'the header names the reason: "Because: …"').toBeTruthy()
      const results = await judge(join(home, 'near-misses', file), 'the first failure', atFullLength ? undefined : caughtBy)
      const first = results.find(({ failure }) => failure !== undefined)
      expect(first?.name, 'the first check that it fails').toContain(caughtBy)
      expect(flat(first?.failure?.text ?? ''), 'the reason').toContain(flat(because ?? ''))
    })

    test('everything that an exercise consists of is there', () => {
      for (const file of ['README.md', 'hints.md', `${exercise.name}.test.ts`]) expect(existsSync(join(exerciseFolder(exercise), file)), file).toBe(true)
      expect(existsSync(join(solutionFolder(exercise), 'README.md')), 'the solution is explained').toBe(true)
      for (const file of attendeeFiles(exercise)) expect(readdirSync(solutionFolder(exercise)), `the solution has ${file}`).toContain(file)
    })
  })
}

function firstOfEachCheck(home: string, nearMisses: readonly string[]): readonly string[] {
  return [...new Map([...nearMisses].reverse().map((file) => [readHeader(join(home, 'near-misses', file)).caughtBy, file] as const)).values()].reverse()
}

/** From the build that `npm test` was started from; where only this test file is run, there may be none yet. */
async function openCourt(exercise: Exercise): Promise<Court> {
  process.env['WORKSHOP_BUILD'] ??= await freshBuild()
  process.env['WORKSHOP_ROOT'] ??= pathToFileURL(root).href
  const { openCourt } = (await import(/* @vite-ignore */ pathToFileURL(builtFile('judge-submission')).href)) as typeof judging
  return openCourt(exercise)
}

function describeFailures(results: readonly Judged[]): string[] {
  return results.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}\n${failure.text}`]))
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ')
}
