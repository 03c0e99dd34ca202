import { describe, test } from 'vitest'
import { BrokenPromise, describeFaultSteps, describeStuck, drawStory, fewestFaults, play, type Played } from '#lib/testing'
import * as puzzles from './puzzles.js'
import * as schedules from './schedules.js'

type Puzzle = keyof typeof puzzles

const titles: Readonly<Record<Puzzle, string>> = {
  lostUpdate: 'lost update',
  ghostMessage: 'ghost message',
  zombie: 'an expired lock and its zombie',
  looksRight: 'a deduplication that looks right',
}

const questions: Readonly<Record<Puzzle, string>> = {
  lostUpdate: 'What does each of the two believe at the moment of its commit?',
  ghostMessage: 'What is told before it is certain, and who else could then get that number?',
  zombie: 'Who would have to believe that no truck was called, and who comes along then?',
  looksRight: 'Each of the two memories misses something. How could both miss the same message?',
}

const all = (Object.keys(titles) as Puzzle[]).map((puzzle) => [titles[puzzle], puzzle] as const)

describe('exercise 10 · be-the-scheduler', () => {
  test.each(all)('★ %s: every step is possible at its moment', async (_title, puzzle) => {
    await mustBePossible(puzzle)
  })

  test.each(all)('★★ %s: the promise must break', async (_title, puzzle) => {
    mustBreak(puzzle, await mustBePossible(puzzle))
  })

  test.each(all)('★★★ %s: as few faults as possible', async (_title, puzzle) => {
    const played = await mustBePossible(puzzle)
    mustBreak(puzzle, played)
    const needed = (await fewestFaults(puzzles[puzzle])) ?? 0
    const used = played.faults.length
    if (used <= needed) return
    answer(
      `${titles[puzzle]}: it breaks, but with more faults than it needs`,
      `Expected ${needed === 0 ? 'no fault at all' : `no more than ${count(needed)}`}, found ${used}: ${describeFaultSteps(played.faults)}.`,
      drawStory(played.trace, { width: 80, colour: false, ...(played.violation?.kind === 'safety' ? { brokenAt: played.brokenAt } : { brokenAtRest: true }) }),
      `The search found another schedule that breaks it with fewer.\nThe fewer faults it takes, the sooner it happens on an ordinary day.\nWhich of them does your story not need?`,
    )
  })
})

type Finished = Exclude<Played, { outcome: 'stuck' }>

async function mustBePossible(puzzle: Puzzle): Promise<Finished> {
  const steps: unknown = schedules[puzzle]
  if (!Array.isArray(steps) || !steps.every((step) => typeof step === 'string')) {
    return answer(`${titles[puzzle]}: there is no schedule`, `schedules.ts must export ${puzzle}, a list of steps in words.`, '', `Write export const ${puzzle} = ['…', '…'].`)
  }
  const played = await play(puzzles[puzzle], steps)
  if (played.outcome !== 'stuck') return played
  return answer(`${titles[puzzle]}: this schedule cannot happen`, describeStuck(played), '', 'Change that step, or what comes before it. A few words from the list are\nenough if they fit only one thing.')
}

function mustBreak(puzzle: Puzzle, played: Finished): void {
  if (played.outcome === 'broken') return
  const { always, atRest } = puzzles[puzzle]
  const [promise] = Object.keys({ ...always, ...atRest })
  answer(
    `${titles[puzzle]}: this schedule breaks nothing`,
    `Still kept: ${promise ?? ''}.`,
    drawStory(played.trace, { width: 80, colour: false }),
    `It goes well, with ${describeFaultSteps(played.faults)}. But another schedule breaks the promise.\n${questions[puzzle]}`,
  )
}

function answer(title: string, sentence: string, story: string, next: string): never {
  const parts = [sentence.replaceAll(/^(?=.)/gm, '  '), story, next.replaceAll(/^/gm, '  ')].filter((part) => part !== '')
  throw new BrokenPromise(`✗ ${title}\n${parts.join('\n\n')}`)
}

function count(faults: number): string {
  return faults === 1 ? '1 fault' : `${faults} faults`
}
