import { notDeterministic, tellApart, type TraceStep } from '../../simulation/index.js'
import type { Chooser, Explorer } from '../explorer.js'
import { record, type Recording } from './replay.js'

/**
 * Runs the same schedule twice and compares. What differs is something that outlived the first run (a variable at module level),
 * or that does not come from the simulation (real time, real input).
 *
 * @throws MisuseError of kind `not-deterministic`, with the first step that differs.
 */
export async function recordTwice(explorer: Explorer, choose: Chooser, options: { readonly views: boolean }): Promise<Recording> {
  const first = await record(explorer, choose, options)
  const second = await record(explorer, byLabel(first), options)
  for (const [index, draws] of first.draws.entries()) {
    if (second.draws[index] !== draws) throw notDeterministic(`after step ${index + 1}, "${describe(first, index)}", it had drawn ${countDraws(draws)} the first time, and ${countDraws(second.draws[index] ?? 0)} the second time`)
  }
  for (const [index, step] of first.trace.steps.entries()) {
    const again = second.trace.steps[index]
    if (again === undefined) throw notDeterministic(`the second time it ended after step ${index}`)
    if (comparable(step) !== comparable(again)) {
      throw notDeterministic(`step ${index + 1} was "${describe(first, index)}" the first time, and "${describe(second, index)}" the second time`)
    }
  }
  return first
}

function countDraws(count: number): string {
  return count === 0 ? 'no random value' : count === 1 ? '1 random value' : `${count} random values`
}

function byLabel({ schedule }: Recording): Chooser {
  return ({ depth, alternatives }) => {
    const label = schedule[depth]
    if (label === undefined) return undefined
    const labels = tellApart(alternatives)
    const choice = labels.indexOf(label)
    if (choice >= 0) return choice
    const found = labels.map((other) => `"${other}"`).slice(0, 3).join(' or ')
    throw notDeterministic(`step ${depth + 1} was "${label}" the first time, and the second time there was only ${found === '' ? 'nothing to do' : found}`)
  }
}

/** A step as text. */
function comparable(step: TraceStep): string {
  return JSON.stringify(step)
}

/** The first schedule there is: no fault, and whoever ran last goes on. */
export function firstSchedule(maxSteps: number): Chooser {
  return (point) => (point.regular === 0 || point.depth >= maxSteps ? undefined : 0)
}

function describe(recording: Recording, index: number): string {
  const step = recording.trace.steps[index]
  return [recording.schedule[index], step?.outcome].filter((part) => part !== undefined).join(' → ')
}
