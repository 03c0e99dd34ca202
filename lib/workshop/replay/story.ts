import { isDeepStrictEqual } from 'node:util'
import type { Recording } from '../../exploration/index.js'
import type { Trace, TraceStep } from '../../simulation/index.js'
import type { Exercise } from '../exercises.js'
import type { LastStory } from '../records/last-story.js'

/** What `replay` shows: a trace, and how it ends. */
export interface Story {
  readonly exercise: Exercise
  /** The test's name, with those of its suites where they say more. */
  readonly test: string
  readonly trace: Trace
  /** What happened at each step, in the words of `step.open`. */
  readonly schedule: readonly string[]
  /** The number of the step at which a promise is broken; undefined when only the end shows it, or when nothing is known. */
  readonly brokenAt: number | undefined
  /** True when a promise is broken at the end, when nothing is left to do. */
  readonly brokenAtRest: boolean
  /** What stands at the end. */
  readonly ending: readonly string[]
}

/** The story as it was recorded, with its ending. */
export function recordedStory(exercise: Exercise, { test, schedule, finding }: LastStory): Story {
  const { violation, trace, brokenAt } = finding
  const input = finding.input === undefined ? [] : [`with ${finding.input}`]
  return { exercise, test: shortName(test), trace: withoutEmptyStores(trace), schedule, brokenAt: violation.kind === 'safety' ? brokenAt : undefined, brokenAtRest: violation.kind === 'liveness', ending: [`✗ ${violation.promise}`, ...violation.sentence.split('\n'), ...input, ...finding.thrown] }
}

/** The story as it went this time. Where it parts from the recorded one, the recorded ending is not claimed. */
export function repeatedStory(exercise: Exercise, last: LastStory, { trace, schedule }: Recording): Story {
  const story = recordedStory(exercise, last)
  const parting = trace.steps.find((step, index) => !sameStep(step, last.finding.trace.steps[index]))
  if (parting === undefined) return { ...story, trace: withoutEmptyStores(trace), schedule }
  return {
    ...story,
    trace: withoutEmptyStores(trace),
    schedule,
    brokenAt: undefined,
    brokenAtRest: false,
    ending: [`? From step ${parting.number} on your code does something else than when this story was recorded.`, `Whether it still breaks "${last.finding.violation.promise}" says npm test -- ${exercise.name}`],
  }
}

/** The name of the suite that all have in common is that of the exercise. */
function shortName(fullName: string): string {
  const parts = fullName.split(' > ')
  return (/^exercise /.test(parts[0] ?? '') ? parts.slice(1) : parts).join(' · ')
}

/** Who never stores anything, such as the customer, has nothing to show. */
export function withoutEmptyStores({ participants, steps }: Trace): Trace {
  const used = new Set(steps.flatMap(({ after }) => Object.entries(after?.stores ?? {}).flatMap(([name, collections]) => (Object.keys(collections).length > 0 ? [name] : []))))
  return { participants, steps: steps.map((step) => (step.after === undefined ? step : { ...step, after: { ...step.after, stores: pick(step.after.stores, used) } })) }
}

function pick<Value>(record: Readonly<Record<string, Value>>, names: ReadonlySet<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)))
}

function sameStep(one: TraceStep, other: TraceStep | undefined): boolean {
  return other !== undefined && isDeepStrictEqual(plain(one), plain(other))
}

/** As it looks after it was in a file. */
function plain({ action, from, to, text, outcome, data, after }: TraceStep): unknown {
  return JSON.parse(JSON.stringify({ action, from, to, text, outcome, data, after }))
}
