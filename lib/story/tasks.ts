import type { Participant, Trace, TraceStep } from '../simulation/trace.js'
import { participantKey } from './lanes.js'
import type { Wording } from './shorten.js'
import { ordinal } from './wording.js'

/**
 * Tells tasks apart that run at the same time in one process: `2nd POST` beside the steps of the second click, `m2` beside those of the
 * second message. A task that has its process to itself needs no hint.
 *
 * @returns a function from a step to its hint, without parentheses.
 */
export function taskHints(trace: Trace, say: Wording): (step: TraceStep) => string | undefined {
  const tasks = tasksOf(trace)
  const hints = new Map<number, string>()
  for (const task of tasks) {
    const hint = hintFor(task, tasks.filter((other) => other !== task && overlap(task, other)))
    if (hint) for (const number of task.steps) hints.set(number, say(hint))
  }
  return ({ number }) => hints.get(number)
}

interface Task {
  readonly process: string
  /** `SubmitOrder m1` */
  readonly name: string
  /** The name without the number at its end: `POST /carts/c1/submission` of `POST /carts/c1/submission #2`. */
  readonly base: string
  /** Which of the tasks with this base it is, in the order of the story. */
  readonly count: number
  /** Numbers of its steps. */
  readonly steps: number[]
}

function tasksOf(trace: Trace): Task[] {
  const tasks: Task[] = []
  const running = new Map<string, Task>()
  for (const { action, from, number, task: name } of trace.steps) {
    const process = participantKey(from)
    if (name !== undefined && hasTasks(from)) {
      const key = `${process} ${name}`
      const task = running.get(key) ?? newTask(process, name, tasks)
      if (task.steps.length === 0) tasks.push(task)
      task.steps.push(number)
      // The same message may come again: that is another task.
      if (action === 'settle' || action === 'response') running.delete(key)
      else running.set(key, task)
    }
    if (action === 'crash') for (const [key, task] of running) if (task.process === process) running.delete(key)
  }
  return tasks
}

/** Brokers, stores and third parties only say for whom they do something. */
function hasTasks({ kind }: Participant): boolean {
  return kind !== 'broker' && kind !== 'store' && kind !== 'third-party'
}

function newTask(process: string, name: string, before: readonly Task[]): Task {
  const base = /^(.*\S)\s*(?:#|\()\d+\)?$/.exec(name)?.[1] ?? name
  const alike = new Set(before.filter((task) => task.base === base && task.process === process).map((task) => task.name))
  return { process, name, base, count: alike.add(name).size, steps: [] }
}

function overlap(one: Task, other: Task): boolean {
  const starts = (task: Task): number => task.steps[0] ?? 0
  const ends = (task: Task): number => task.steps.at(-1) ?? 0
  return one.process === other.process && starts(one) <= ends(other) && starts(other) <= ends(one)
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
