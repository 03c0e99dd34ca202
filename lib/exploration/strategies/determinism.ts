import { notDeterministic, type TraceStep } from '../../simulation/index.js'
import type { Chooser, Explorer } from '../explorer.js'
import { record, type Recording } from './replay.js'

/**
 * Runs the same schedule twice and compares. What differs is something that outlived the first run (a variable at module level),
 * or that does not come from the simulation (real time, real input).
 *
 * @throws MisuseError of kind `not-deterministic`, with the first step that differs.
 */
export async function recordTwice(explorer: Explorer, choose: Chooser, options: { readonly views: boolean }): Promise<Recording> {
  const { watched } = explorer.world
  const { reduced } = explorer
  const first = await record(explorer, choose, options)
  // The second time by the words, among everything that could happen: the first run may have shown that more has to be told apart.
  explorer.reduced = false
  const sameView = explorer.world.watched === watched
  const second = await record(explorer, byLabel(first), options).finally(() => (explorer.reduced = reduced))
  for (const [index, step] of first.trace.steps.entries()) {
    const again = second.trace.steps[index]
    if (again === undefined) throw notDeterministic(`the second time it ended after step ${index}`)
    if (comparable(step, sameView) !== comparable(again, sameView)) {
      throw notDeterministic(`step ${index + 1} was "${describe(first, index)}" the first time, and "${describe(second, index)}" the second time`)
    }
  }
  return first
}

function byLabel({ schedule }: Recording): Chooser {
  return ({ depth, alternatives }) => {
    const label = schedule[depth]
    if (label === undefined) return undefined
    const choice = alternatives.findIndex((alternative) => alternative.label() === label)
    if (choice >= 0) return choice
    const found = alternatives.map((alternative) => `"${alternative.label()}"`).slice(0, 3).join(' or ')
    throw notDeterministic(`step ${depth + 1} was "${label}" the first time, and the second time there was only ${found === '' ? 'nothing to do' : found}`)
  }
}

/** A step as text, without what else could have happened; and without times, when only the second run keeps them exactly. */
function comparable(step: TraceStep, exactly: boolean): string {
  return JSON.stringify({ ...step, open: undefined, ...(exactly ? {} : { at: undefined, after: undefined }) })
}

/** The first schedule there is: no fault, and whoever ran last goes on. */
export function firstSchedule(maxSteps: number): Chooser {
  return (point) => (point.regular === 0 || point.depth >= maxSteps ? undefined : 0)
}

function describe(recording: Recording, index: number): string {
  const step = recording.trace.steps[index]
  return [recording.schedule[index], step?.outcome].filter((part) => part !== undefined).join(' → ')
}
