import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CheckError } from '../../exploration/index.js'
import { ModelError } from '../../model-checker/errors.js'
import { collect, type CollectedTest } from '../collector.js'
import type { Exercise } from '../exercises.js'
import { answerAt, compileChecks, compileGiven } from '../judging/compile.js'

export interface Judged {
  readonly name: string
  /** Undefined when the check passed. */
  readonly failure: Failure | undefined
}

export interface Failure {
  /** The message of what was thrown. */
  readonly text: string
  /** Whether it says that a promise is broken; otherwise something is wrong with the submission or with the check. */
  readonly isBrokenPromise: boolean
}

/** Judges the submissions of one exercise, one after the other, in this process. */
export interface Court {
  /**
   * Runs the graded checks against a submission, all of them or until one fails.
   *
   * @param path of a file or a folder; see {@link answerAt}.
   * @param only runs the checks whose name contains this text.
   */
  judge(path: string, until: 'the end' | 'the first failure', only?: string): Promise<readonly Judged[]>
  close(): void
}

/**
 * As an attendee's files are judged: the checks and the submission are one module, beside the build of the engine. Translated by Vite the engine takes
 * longer, and every test file has one of its own. What no submission changes is loaded once.
 */
export async function openCourt(exercise: Exercise): Promise<Court> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workshop-proof-')))
  const given = await compileGiven(exercise, join(folder, 'given'))
  let count = 0
  return {
    async judge(path, until, only = '') {
      const module = join(folder, `${(count += 1)}.mjs`)
      writeFileSync(module, await compileChecks(exercise, { ...answerAt(exercise, path), given }))
      const checks = await collect(() => import(pathToFileURL(module).href))
      return runChecks(checks.filter(({ name }) => name.includes(only)), until)
    },
    close() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function runChecks(checks: readonly CollectedTest[], until: 'the end' | 'the first failure'): Promise<readonly Judged[]> {
  const results: Judged[] = []
  for (const { name, run } of checks) {
    try {
      await run()
      results.push({ name, failure: undefined })
    } catch (error) {
      results.push({ name, failure: { text: error instanceof Error ? error.message : String(error), isBrokenPromise: isBrokenPromise(error) } })
      if (until === 'the first failure') break
    }
  }
  return results
}

/** Graded checks of a system throw a CheckError; those of other exercises an ordinary assertion with a text of their own. */
function isBrokenPromise(error: unknown): boolean {
  if (error instanceof CheckError) return error.finding.verdict === 'broken'
  if (error instanceof ModelError) return error.kind !== 'specification' && error.kind !== 'tlc'
  return error instanceof Error && (error.name === 'AssertionError' || error.name === 'BrokenPromise')
}
