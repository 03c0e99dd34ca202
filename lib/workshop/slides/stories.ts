import { relative, join } from 'node:path'
import type { Finding } from '../../exploration/index.js'
import { renderSvg } from '../../story/index.js'
import type { CollectedTest } from '../collector.js'
import { findExercise, root, solutionFolder, testFile } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { loadPath } from '../overlay.js'
import type { StoryBlock } from './decks.js'

/** Loads a graded test for a submission, by the path that `loadPath` gives. */
export type LoadChecks = (path: string) => Promise<readonly CollectedTest[]>

/** A test file defines its checks when it is first loaded, so each path is loaded once. */
export function once(load: LoadChecks): LoadChecks {
  const known = new Map<string, ReturnType<LoadChecks>>()
  return (path) => {
    const checks = known.get(path) ?? load(path)
    known.set(path, checks)
    return checks
  }
}

type Broken = Extract<Finding, { verdict: 'broken' }>

/** Runs the check that a block names, and gives the story that it finds. @throws ExplainedError when there is none. */
export async function findStory(block: StoryBlock, load: LoadChecks): Promise<Broken> {
  const exercise = findExercise(block.exercise)
  if (exercise === undefined) throw unresolved(block, `There is no ${block.exercise}.`)
  const submission = join(relative(root, solutionFolder(exercise)), block.submission)
  const checks = await load(loadPath(testFile(exercise), submission))
  const check = checks.find(({ name }) => name === block.check)
  if (check === undefined) throw unresolved(block, `Its checks are:\n${checks.map(({ name }) => `  ${name}`).join('\n')}`)
  try {
    await check.run()
  } catch (error) {
    if (isBroken(error)) return error.finding
    throw error
  }
  throw unresolved(block, 'That check passes, so there is no story to show.')
}

/** The story as a picture, with the promise that it breaks below it. */
export function drawStory({ trace, brokenAt, violation }: Broken, { steps }: StoryBlock, id: string): string {
  const [first, last] = steps ?? [1, trace.steps.length]
  const shown = { ...trace, steps: trace.steps.filter(({ number }) => number >= first && number <= last) }
  const caption = last < trace.steps.length ? `… ${trace.steps.length - last} steps later: ✗ ${violation.promise}` : `✗ ${violation.promise}`
  return `<figure>${largest((width) => renderSvg(shown, { theme: 'light', brokenAt, width, idPrefix: `${id}-` }))}<figcaption>${escaped(caption)}</figcaption></figure>`
}

/** The narrower a picture is laid out, the larger its letters are on the slide; but no words may be cut off, nor lanes merged, for that. */
function largest(draw: (width: number | undefined) => string): string {
  const roomy = draw(undefined)
  const count = (picture: string, part: RegExp): number => picture.match(part)?.length ?? 0
  const asGood = (picture: string): boolean => [/…/g, /class="head"/g].every((part) => count(picture, part) === count(roomy, part))
  return [940, 1040].map(draw).find(asGood) ?? roomy
}

/** Loaded through another module graph, a CheckError is of another class: what counts is what it carries. */
function isBroken(error: unknown): error is { readonly finding: Broken } {
  if (!(error instanceof Error) || !('finding' in error)) return false
  const { finding } = error
  return typeof finding === 'object' && finding !== null && 'verdict' in finding && finding.verdict === 'broken'
}

function unresolved({ exercise, submission, check }: StoryBlock, next: string): ExplainedError {
  return new ExplainedError({ what: `No story for ${exercise} ${submission} "${check}".`, why: 'A slide shows it, and the picture is drawn when the decks are built.', next })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
