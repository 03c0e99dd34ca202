import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { attendeeFiles, listExercises, readHeader, root } from './exercises.js'

/**
 * One set of tests, many submissions. A test that is loaded as
 *
 *     exercises/exercise-07-message-identity/exercise-07.test.ts?submission=solutions/exercise-07-message-identity/near-misses/ids-in-memory.ts
 *
 * finds that near miss where it imports `./book-payment.js`, and the solution's files for the rest. The same goes for a folder: the
 * solution's own, or the pristine starter's. No test file knows of it.
 */
export function overlay(): { readonly name: string; readonly enforce: 'pre'; resolveId(source: string, importer: string | undefined): string | undefined } {
  const collector = join(root, 'lib', 'workshop', 'collector.ts')
  return {
    name: 'submission-overlay',
    enforce: 'pre',
    resolveId(source, importer) {
      const submission = importer === undefined ? undefined : submissionOf(importer)
      if (importer === undefined || submission === undefined) return undefined
      if (source === 'vitest') return collector
      if (!source.startsWith('.')) return undefined
      return resolveFor(submission, source, importer)
    },
  }
}

function submissionOf(id: string): string | undefined {
  return new URLSearchParams(id.split('?')[1] ?? '').get('submission') ?? undefined
}

function resolveFor(submission: string, source: string, importer: string): string | undefined {
  const folder = relative(root, importer.split('?')[0] ?? '').split(sep)[1] ?? ''
  const home = join(root, 'exercises', folder)
  const from = importer.includes('/solutions/') || importer.includes('\\solutions\\') ? home : dirname(importer.split('?')[0] ?? '')
  const wanted = resolve(from, source).replace(/\.js$/, '.ts')
  if (!wanted.startsWith(home + sep)) return undefined
  const file = layers(submission, folder, basename(wanted)).find((candidate) => existsSync(candidate)) ?? wanted
  return `${file}?submission=${encodeURIComponent(submission)}`
}

/** Where a file may come from, the best first. */
function layers(submission: string, folder: string, file: string): string[] {
  const place = join(root, submission)
  const solution = join(root, 'solutions', folder, file)
  if (!submission.endsWith('.ts')) return [join(place, file), solution]
  const exercise = listExercises().find((candidate) => candidate.folder === folder)
  const replaced = readHeader(place).replaces ?? (exercise === undefined ? undefined : attendeeFiles(exercise)[0])
  return replaced === file ? [place, solution] : [solution]
}

/** The name under which a test file is loaded for a submission; both relative to the root. */
export function loadPath(testFile: string, submission: string): string {
  return `${testFile}?submission=${encodeURIComponent(submission.split(sep).join('/'))}`
}

