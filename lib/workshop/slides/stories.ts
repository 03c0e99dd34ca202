import { relative, join } from 'node:path'
import type { Finding } from '../../exploration/index.js'
import type { Trace, TraceStep } from '../../simulation/trace.js'
import { renderSvg } from '../../story/index.js'
import type { CollectedTest } from '../collector.js'
import { findExercise, root, solutionFolder, testFile } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { loadPath } from '../overlay.js'
import { pictureScale } from './measure.js'
import type { Cut, StoryBlock } from './story-blocks.js'

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

/** As {@link findStory}; a story that several slides show is looked for once. */
export function storyFinder(load: LoadChecks): (block: StoryBlock) => Promise<Broken> {
  const found = new Map<string, Promise<Broken>>()
  return (block) => {
    const key = [block.exercise, block.submission, block.check].join(' ')
    const story = found.get(key) ?? findStory(block, load)
    found.set(key, story)
    return story
  }
}

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
export function drawStory({ trace, brokenAt, violation }: Broken, block: StoryBlock, id: string): string {
  const { cut } = block
  const shown = cutStory(trace, cut)
  const names = new Set(trace.participants.map(({ name }) => name))
  const stranger = cut.lanes?.find((name) => !names.has(name))
  if (stranger !== undefined) throw unresolved(block, `Nobody in it is called ${stranger}. There are ${[...names].join(', ')}.`)
  if (shown.steps.length === 0) throw unresolved(block, `None of its ${trace.steps.length} steps is left when it is cut like this.`)
  const later = shown.steps.at(-1)?.number === trace.steps.at(-1)?.number ? '' : 'Later: '
  const caption = cut.unfinished === true ? '' : `<figcaption>${escaped(`${later}✗ ${violation.promise}`)}</figcaption>`
  return `<figure>${largest((width) => renderSvg(shown, { theme: 'light', rows: 'close', brokenAt, width, idPrefix: `${id}-` }))}${caption}</figure>`
}

/** The steps that a slide shows, with the numbers that they have in the whole story. Whoever does nothing in them has no lane. */
export function cutStory(trace: Trace, { steps, lanes, without }: Cut): Trace {
  const [first, last] = steps ?? [1, trace.steps.length]
  const takesPart = ({ from, to }: TraceStep): boolean => lanes === undefined || [from, to ?? from].every(({ name }) => lanes.includes(name))
  return { ...trace, steps: trace.steps.filter((step) => step.number >= first && step.number <= last && takesPart(step) && without?.includes(step.action) !== true) }
}

/** Laid out in the width that makes for the largest letters; but no words may be cut off for that which are whole where there is room. */
function largest(draw: (width: number | undefined) => string): string {
  const roomy = draw(undefined)
  const cuts = (picture: string): number => picture.match(/…/g)?.length ?? 0
  const whole = widths.map(draw).filter((picture) => cuts(picture) <= cuts(roomy))
  return [...whole, roomy].reduce((best, picture) => (pictureScale(picture) > pictureScale(best) ? picture : best))
}

/** Pixels, as `renderSvg` counts them: 38 to 70 columns. */
const widths = Array.from({ length: 17 }, (_, index) => 400 + index * 20)

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
