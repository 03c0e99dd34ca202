import type { Trace, TraceStep } from '../simulation/trace.js'
import { participantKey } from './lanes.js'
import type { Wording } from './shorten.js'
import { ordinal } from './words.js'

/**
 * Tells tasks apart that run at the same time in one process: `2nd POST` beside the steps of the second click, `m2` beside those of the
 * second message. A task that has its process to itself needs no hint.
 *
 * @returns a function from a step to its hint, without parentheses.
 */
export function taskHints(trace: Trace, say: Wording): (step: TraceStep) => string | undefined {
  const tasks = tasksOf(trace)
  const hints = new Map<Task, string>()
  for (const task of tasks.values()) {
    const rivals = [...tasks.values()].filter((other) => other !== task && overlap(task, other))
    const hint = hintFor(task, rivals)
    if (hint) hints.set(task, say(hint))
  }
  return (step) => {
    const task = step.task === undefined ? undefined : tasks.get(taskKey(step, step.task))
    return task && hints.get(task)
  }
}

interface Task {
  readonly process: string
  /** `SubmitOrder m1` */
  readonly name: string
  /** The name without the number at its end: `POST /carts/c1/submission` of `POST /carts/c1/submission #2`. */
  readonly base: string
  readonly count: number
  readonly first: number
  last: number
}

function tasksOf(trace: Trace): Map<string, Task> {
  const tasks = new Map<string, Task>()
  for (const step of trace.steps) {
    if (step.task === undefined) continue
    const key = taskKey(step, step.task)
    const known = tasks.get(key)
    if (known) {
      known.last = step.number
      continue
    }
    const numbered = /^(.*\S)\s*(?:#|\()(\d+)\)?$/.exec(step.task)
    tasks.set(key, {
      process: participantKey(step.from),
      name: step.task,
      base: numbered?.[1] ?? step.task,
      count: Number(numbered?.[2] ?? 1),
      first: step.number,
      last: step.number,
    })
  }
  return tasks
}

function taskKey(step: TraceStep, task: string): string {
  return `${participantKey(step.from)} ${task}`
}

function overlap(one: Task, other: Task): boolean {
  return one.process === other.process && one.first <= other.last && other.first <= one.last
}

function hintFor(task: Task, rivals: readonly Task[]): string | undefined {
  if (rivals.length === 0) return undefined
  if (rivals.every(({ base }) => base === task.base)) {
    return task.count > 1 ? `${ordinal(task.count)} ${firstWord(task.base)}` : undefined
  }
  const kind = firstWord(task.name)
  const sameKind = rivals.every(({ name }) => firstWord(name) === kind)
  return sameKind && task.name.length > kind.length ? task.name.slice(kind.length).trim() : task.name
}

function firstWord(text: string): string {
  return text.split(' ')[0] ?? text
}
