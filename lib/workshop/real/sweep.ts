import { listExercises, type Exercise } from '../exercises.js'
import type { LastStory } from '../records/last-story.js'
import { terminal } from '../screen/terminal.js'
import { firstStory } from './first-story.js'
import { stage, type NotStaged, type Staged } from './staging.js'
import { differencesFrom, rowText, sweepEnd, type Swept } from './sweep-table.js'
import { inTheatre, withChecks, type Theatre } from './theatre.js'

/**
 * The proof that the simulator tells what happens: stages the first story of each starter for real, and the solution under the same schedule.
 *
 * @param exercises those to be staged; none for all.
 * @returns the exit code: 0 when each breaks alike, and is kept by the solution, or cannot be staged, as the table in the README of `lib/real` says.
 */
export async function sweep(exercises: readonly Exercise[] = []): Promise<number> {
  return inTheatre(async (theatre) => {
    const screen = terminal()
    const { broker, database } = theatre.services.versions
    screen.print(screen.paint.bold(`The first story of each starter, staged on ${broker} and ${database}; then the solution under the same schedule:\n`))
    const all: Swept[] = []
    for (const exercise of exercises.length === 0 ? listExercises() : exercises) {
      screen.whisper(`  ${exercise.name} …`)
      const swept = await sweepOne(exercise, theatre)
      if (theatre.signal.aborted) return 130
      all.push(swept)
      screen.print(rowText(swept, screen))
    }
    const differences = differencesFrom(all)
    screen.print(sweepEnd(all, differences, screen))
    return all.every(({ verdict }) => verdict !== 'differs') && differences.length === 0 ? 0 : 1
  })
}

export async function sweepOne(exercise: Exercise, theatre: Theatre): Promise<Swept> {
  const found = await withChecks(exercise, 'starter', async (loaded): Promise<Swept | { readonly story: LastStory }> => {
    if (!loaded.tests.some(({ checks }) => checks.length > 0)) return { exercise, verdict: 'nothing', promise: undefined, text: 'nothing to stage: it checks something else than a running system' }
    const story = await firstStory(exercise, loaded.module, theatre.signal)
    if ('none' in story) return { exercise, verdict: 'nothing', promise: undefined, text: story.none }
    const { promise } = story.finding.violation
    const staged = await stage(story, theatre, loaded)
    if ('reason' in staged) return { exercise, verdict: 'not staged', promise, text: plainReason(staged) }
    const difference = differenceOf(story, staged)
    return difference === undefined ? { story } : { exercise, verdict: 'differs', promise, text: difference }
  })
  if (!('story' in found)) return found
  const { story } = found
  const { promise } = story.finding.violation
  const kept = await withChecks(exercise, 'solution', (loaded) => stage(story, theatre, loaded))
  const difference = 'reason' in kept ? plainReason(kept) : (kept.outcome.failure?.explanation.what ?? kept.outcome.violation?.sentence)
  return difference === undefined ? { exercise, verdict: 'alike', promise, text: 'breaks alike; the solution keeps it' } : { exercise, verdict: 'differs', promise, text: `the solution: ${difference}` }
}

/** What is not as in the simulator. */
function differenceOf({ finding: { violation } }: LastStory, { outcome, staging }: Staged): string | undefined {
  if (outcome.failure !== undefined) return outcome.failure.explanation.what
  if (outcome.violation === undefined) return `kept for real; in the simulator: ${violation.sentence}`
  if (outcome.violation.promise !== violation.promise) return `breaks "${outcome.violation.promise}" for real`
  if (outcome.violation.sentence !== violation.sentence) return `for real: ${outcome.violation.sentence}; in the simulator: ${violation.sentence}`
  return staging.difference === undefined ? undefined : `breaks alike, but ${staging.difference.replace(/\.$/, '')}`
}

function plainReason({ reason }: NotStaged): string {
  return reason.replace(/\.$/, '')
}
