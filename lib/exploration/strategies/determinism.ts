import { notDeterministic } from '../../simulation/index.js'
import type { Explorer } from '../explorer.js'
import { recordChoices, type Recording } from './replay.js'

/**
 * Runs the same schedule twice and compares. What differs is something that outlived the first run (a variable at module level),
 * or that does not come from the simulation (real time, real input).
 *
 * @throws MisuseError of kind `not-deterministic`, with the first step that differs.
 */
export async function recordTwice(explorer: Explorer, choices: readonly number[], options: { readonly views: boolean }): Promise<Recording> {
  const { watched } = explorer.world
  const first = await recordChoices(explorer, choices, options)
  // The first run showed what the code looks at, so that from now on more is told apart.
  if (explorer.world.watched !== watched) return recordTwice(explorer, choices, options)
  const second = await recordChoices(explorer, choices, options)
  for (const [index, step] of first.trace.steps.entries()) {
    const again = second.trace.steps[index]
    if (again === undefined) throw notDeterministic(`the second time it ended after step ${index}`)
    if (JSON.stringify(step) !== JSON.stringify(again)) {
      throw notDeterministic(`step ${index + 1} was "${describe(first, index)}" the first time, and "${describe(second, index)}" the second time`)
    }
  }
  return first
}

function describe(recording: Recording, index: number): string {
  const step = recording.trace.steps[index]
  return [recording.schedule[index], step?.outcome].filter((part) => part !== undefined).join(' → ')
}
