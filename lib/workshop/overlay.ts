import { existsSync } from 'node:fs'
import nodePath, { basename, join, sep, type PlatformPath } from 'node:path'
import { isBelow, pathOf, shownPath } from '../simulation/source-path.js'
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
  const collector = join(root, 'lib', 'workshop', 'collector-in-vitest.ts')
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
  const asked = askedFor(root, source, importer)
  if (asked === undefined) return undefined
  const { folder, file } = asked
  const found = layers(submission, folder, basename(file)).find((candidate) => existsSync(candidate)) ?? file
  // Ids have slashes, also on Windows.
  return `${found.split(sep).join('/')}?submission=${encodeURIComponent(submission)}`
}

/**
 * The file of an exercise that an import means, whichever folder the importing file was taken from; undefined when it is not one of the exercise's.
 *
 * @param importer a path or a bundler's id: with slashes also on Windows, and perhaps another case of the drive's letter.
 */
export function askedFor(root: string, source: string, importer: string, paths: PlatformPath = nodePath): { readonly folder: string; readonly file: string } | undefined {
  const path = pathOf(importer, paths)
  const [tree, folder = ''] = shownPath(root, path, paths).split('/')
  const home = paths.join(root, 'exercises', folder)
  const from = tree === 'solutions' ? home : paths.dirname(path)
  const file = paths.resolve(from, source).replace(/\.js$/, '.ts')
  return isBelow(home, file, paths) ? { folder, file } : undefined
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

