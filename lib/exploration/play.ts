import { countFaults, describeFaults, faultNames, type FaultBudget, type FaultName, type NodeDefinition, type Trace, type TraceStep } from '../simulation/index.js'
import { renderTerminal } from '../story/index.js'
import { defaultLimit, type CheckOptions } from './check-options.js'
import type { Point } from './explorer.js'
import type { Violation } from './judge.js'
import { withSetup } from './setup.js'
import { searchExhaustively } from './strategies/exhaustive.js'
import { recordChoices } from './strategies/replay.js'
import { readStep, type Possible, type ReadStep } from './strategies/scripted.js'

/** What came of a schedule that somebody wrote. */
export type Played =
  | {
      readonly outcome: 'stuck'
      /** 1 for the first step. */
      readonly step: number
      readonly text: string
      readonly reading: Exclude<ReadStep, { kind: 'fits' }>
      /** What could have happened there; faults are marked. */
      readonly possible: readonly { readonly label: string; readonly fault: FaultName | undefined }[]
      /** The step would do, but for the number of the instance. */
      readonly otherInstance: boolean
      /** The step asks for a fault that the budget does not hold, or not any more. */
      readonly unaffordable: FaultName | undefined
      readonly budget: FaultBudget
      /** The story so far. */
      readonly trace: Trace
    }
  | { readonly outcome: 'kept' | 'broken'; readonly violation: Violation | undefined; readonly brokenAt: number | undefined; readonly faults: readonly TraceStep[]; readonly trace: Trace }

/**
 * Lets somebody be the scheduler: takes the steps that are written down, one after the other, as far as they are possible; after the
 * last, everything runs on by itself, without faults, to rest. See `readStep` for what a step may look like.
 */
export function play<Node extends NodeDefinition>(options: CheckOptions<Node>, steps: readonly string[]): Promise<Played> {
  // Every crash and every order is on offer, even where it makes no difference; and every fault, to be able to say that it is too much.
  const anyFault = Object.fromEntries(faultNames.map((name) => [name, Infinity]))
  return withSetup(options, { budget: anyFault }, async ({ explorer, judge }): Promise<Played> => {
    let stuck: Omit<Extract<Played, { outcome: 'stuck' }>, 'trace'> | undefined
    let violation: Violation | undefined
    let brokenAt: number | undefined
    await explorer.run([], (point) => {
      const found = violation === undefined ? judge(point) : undefined
      if (found !== undefined) [violation, brokenAt] = [found, point.depth]
      const text = steps[point.depth]
      if (text === undefined) return violation !== undefined || point.regular === 0 || point.depth >= (options.maxSteps ?? 1_000) ? undefined : 0
      const choice = choose(point, text, (fault) => explorer.faults.filter((met) => met === fault).length < (options.faults?.[fault] ?? 0))
      if (typeof choice === 'number') return choice
      stuck = { outcome: 'stuck', step: point.depth + 1, text, ...choice, budget: options.faults ?? {} }
      return undefined
    })
    const { trace } = await recordChoices(explorer, explorer.choices, { views: false })
    if (stuck !== undefined) return { ...stuck, trace }
    return { outcome: violation === undefined ? 'kept' : 'broken', violation, brokenAt, faults: trace.steps.filter(({ fault }) => fault !== undefined), trace }
  })
}

/** The fewest faults with which a promise of the system can be broken; `undefined` when none can be within the budget. */
export function fewestFaults<Node extends NodeDefinition>(options: CheckOptions<Node>): Promise<number | undefined> {
  return withSetup(options, { budget: options.faults ?? {} }, async ({ explorer, judge }) => {
    // The search tries everything with few faults before anything with more, and ends where it finds something.
    const { found } = await searchExhaustively(explorer, judge, { budget: options.faults ?? {}, limit: options.limit ?? defaultLimit, maxSteps: options.maxSteps ?? 1_000, reduction: 'states and orders' })
    return found?.faults
  })
}

function choose({ alternatives, execution }: Point, text: string, mayMeet: (fault: FaultName) => boolean): number | Pick<Extract<Played, { outcome: 'stuck' }>, 'reading' | 'possible' | 'otherInstance' | 'unaffordable'> {
  const all = execution.distinct(alternatives).flatMap((index): (Possible & { readonly index: number })[] => {
    const alternative = alternatives[index]
    if (alternative === undefined) return []
    const process = alternative.slot === undefined ? undefined : execution.processes[alternative.slot]
    const context = process === undefined ? '' : `${process.node.name} ${process.instance} ${process.tasks.map(({ label }) => label).join(' ')}`
    return [{ label: alternative.label(), context, fault: alternative.fault, index }]
  })
  const affordable = all.filter(({ fault }) => fault === undefined || mayMeet(fault))
  const reading = readStep(text, affordable)
  if (reading.kind === 'fits') return affordable[reading.index]?.index ?? 0
  if (reading.kind === 'ambiguous') return { reading, possible: reading.indexes.flatMap((index) => affordable[index] ?? []), otherInstance: false, unaffordable: undefined }
  const withAnyFault = readStep(text, all)
  return {
    reading,
    possible: affordable,
    otherInstance: readStep(text.replace(/\b\d+\b/, ''), affordable).kind === 'fits',
    unaffordable: withAnyFault.kind === 'impossible' ? undefined : all[withAnyFault.kind === 'fits' ? withAnyFault.index : (withAnyFault.indexes[0] ?? 0)]?.fault,
  }
}

/** What can be said of a schedule that came to a step which cannot happen, or which could mean several: with the story so far. */
export function describeStuck(played: Extract<Played, { outcome: 'stuck' }>): string {
  const { step, text, reading, possible, trace } = played
  const quoted = `Step ${step}, "${text}",`
  const lines = possible.map(({ label, fault }) => `  ${fault === undefined ? '·' : '⚡'} ${label}`)
  const what = reading.kind === 'ambiguous' ? `${quoted} could mean ${possible.length} things:` : `${quoted} is not possible at that moment.${whyNot(played, reading.unknown)}`
  const story = trace.steps.length === 0 ? ['Nothing has happened yet.'] : ['The story so far:', '', renderTerminal(trace, { width: 80, colour: false })]
  return [what, ...(reading.kind === 'ambiguous' ? [] : [possible.length === 0 ? 'Nothing is left to do then.' : 'Possible then (⚡ is a fault):']), ...lines, '', ...story].join('\n')
}

function whyNot({ budget, otherInstance, unaffordable }: Extract<Played, { outcome: 'stuck' }>, unknown: readonly string[]): string {
  if (unaffordable !== undefined) {
    const most = budget[unaffordable] ?? 0
    return most === 0 ? `\nNo ${countFaults(1, unaffordable).slice(2)} happens in this world.` : `\nIt would be one more than the ${countFaults(most, unaffordable)} of this world.`
  }
  if (otherInstance) return '\nAn instance does one thing at a time; of those with nothing to do, the first\ntakes the work.'
  return unknown.length === 0 ? '' : `\nNothing there has to do with ${unknown.map((word) => `"${word}"`).join(' or ')}.`
}

/** "1 crash at step 7, 1 copy at step 1"; "no fault". */
export function describeFaultSteps(faults: readonly TraceStep[]): string {
  if (faults.length === 0) return 'no fault'
  return faultNames.flatMap((name) => faults.filter(({ fault }) => fault === name).map(({ number }) => `${describeFaults({ [name]: 1 })} at step ${number}`)).join(', ')
}
