import { HarnessError, tellApart, type Participant, type Trace, type TraceStep } from '../../simulation/index.js'
import type { Chooser, Explorer, Point } from '../explorer.js'
import { outsideName } from '../scenario.js'

/** A schedule that can be kept in a file: what happened at each step, in words. */
export type Schedule = readonly string[]

export interface Recording {
  readonly trace: Trace
  readonly schedule: Schedule
  /** How many random values code had drawn after each step. */
  readonly draws: readonly number[]
}

export interface RecordOptions {
  /** Records the stores, queues and third parties after each step. */
  readonly views: boolean
}

/** Runs an execution in full, by the numbers of its choices, and writes down everything. */
export function recordChoices(explorer: Explorer, choices: readonly number[], options: RecordOptions): Promise<Recording> {
  return record(explorer, follow(choices), options)
}

/** Picks by number, as long as there are numbers. */
export function follow(choices: readonly number[]): Chooser {
  return (point) => choices[point.depth]
}

/**
 * Runs an execution in full, by a schedule in words.
 *
 * @throws HarnessError when a step of the schedule is not possible: what was expected, and what was found.
 */
export function recordSchedule(explorer: Explorer, schedule: Schedule, options: RecordOptions): Promise<Recording> {
  return record(
    explorer,
    (point) => {
      const expected = schedule[point.depth]
      if (expected === undefined) return undefined
      const labels = tellApart(point.alternatives)
      const choice = labels.indexOf(expected)
      if (choice >= 0) return choice
      throw new HarnessError({
        what: `Step ${point.depth + 1} of the recorded story does not fit any more: expected "${expected}", found ${list(labels)}.`,
        why: 'The code has changed since the story was recorded, so it takes another course.',
        next: 'Run the test again: it finds the story that breaks the code as it is now, if there is one.',
      })
    },
    options,
  )
}

/** Runs an execution in full, from the beginning, and writes down everything. */
export async function record(explorer: Explorer, choose: Chooser, options: RecordOptions): Promise<Recording> {
  explorer.restart()
  const { world } = explorer
  const steps: TraceStep[] = []
  const schedule: string[] = []
  const draws: number[] = []
  /** Words are about the moment before the step: afterwards a message has moved, a process is dead. */
  let labelsBefore: readonly string[] = []
  const write = (point: Point): void => {
    const { performed } = point
    if (performed === undefined) return
    const { alternative, open } = performed
    schedule.push(labelsBefore[open.indexOf(alternative)] ?? alternative.label())
    draws.push(point.execution.draws)
    steps.push({
      number: steps.length + 1,
      at: world.now,
      ...alternative.describe(),
      ...alternative.contents?.(),
      ...(alternative.fault === undefined ? {} : { fault: alternative.fault }),
      open: labelsBefore,
      ...(options.views ? { after: world.view() } : {}),
    })
  }
  try {
    await explorer.run([], (point) => {
      write(point)
      labelsBefore = tellApart(point.alternatives)
      return choose(point)
    })
  } finally {
    explorer.restart()
  }
  const told = withOutside(steps)
  return { trace: { participants: participants(world.slots.map((_, slot) => world.participant(slot)), told), steps: told }, schedule, draws }
}

/** Whoever acts for a scenario in which nobody clicks. */
const outside: Participant = { name: outsideName, kind: 'scenario', instance: 1 }

/** A scenario is the customer at the browser where it clicks. */
function withOutside(steps: readonly TraceStep[]): TraceStep[] {
  const clicks = steps.some(({ from, to, action }) => [from, to].some((one) => one?.kind === 'browser') && ['request', 'response', 'no-response', 'lost'].includes(action))
  const isOutside = ({ from }: TraceStep): boolean => from.kind === 'browser' && !clicks
  return steps.map((step) => (isOutside(step) ? { ...step, from: outside } : step))
}

/** Everyone who acts, from the customer inwards: the browser, then each service beside its store, the broker in the middle, third parties last. */
function participants(processes: readonly Participant[], steps: readonly TraceStep[]): Participant[] {
  const acting = new Map<string, Participant>()
  for (const step of steps) for (const participant of [step.from, step.to]) if (participant !== undefined) acting.set(nameOf(participant), participant)
  const has = (participant: Participant): boolean => acting.has(nameOf(participant))
  const store = (name: string): Participant => ({ name, kind: 'store', instance: 1 })
  const broker: Participant = { name: 'broker', kind: 'broker', instance: 1 }
  const withStores = (kind: Participant['kind']): Participant[] => {
    const nodes = processes.filter((participant) => participant.kind === kind)
    return nodes.flatMap((participant, index) => (nodes[index + 1]?.name === participant.name ? [participant] : [participant, store(participant.name)]))
  }
  return [
    ...processes.filter(({ kind }) => kind === 'browser'),
    ...[...acting.values()].filter(({ kind }) => kind === 'scenario'),
    ...withStores('service'),
    broker,
    ...withStores('endpoint'),
    ...[...acting.values()].filter(({ kind }) => kind === 'third-party'),
  ].filter(has)
}

function nameOf(participant: Participant): string {
  return `${participant.kind} ${participant.name} ${participant.instance}`
}

function list(labels: readonly string[]): string {
  return labels.length === 0 ? 'nothing that could happen' : labels.map((label) => `"${label}"`).join(', ')
}
