import { nameThrown } from '../system/index.js'
import { HarnessError, MisuseError, type Execution } from '../simulation/index.js'
import type { Point } from './explorer.js'
import type { Promises, View } from './view.js'

/** A promise that does not hold at some moment. */
export interface Violation {
  /** `safety`: something happened that must never happen. `liveness`: nothing is left to do, and something has not happened. */
  readonly kind: 'safety' | 'liveness' | 'endless'
  /** The promise, in the domain's words. */
  readonly promise: string
  /** Expected and actual. */
  readonly sentence: string
}

export interface Judge {
  (point: Point): Violation | undefined
}

/** Judges a moment: promises that must always hold, and at rest those that must hold in the end. */
export function makeJudge(view: View, always: Promises, atRest: Promises): Judge {
  const safety = Object.entries(always)
  const liveness = Object.entries(atRest)
  return (point) => {
    for (const [promise, check] of safety) {
      const sentence = ask(promise, () => check(view))
      if (sentence !== undefined) return { kind: 'safety', promise, sentence }
    }
    if (point.regular > 0) return undefined
    checkNobodyWaitsForNothing(point.execution)
    const { world } = point.execution
    world.asksAtRest = true
    try {
      for (const [promise, check] of liveness) {
        const sentence = ask(promise, () => check(view))
        if (sentence !== undefined) return { kind: 'liveness', promise, sentence }
      }
    } finally {
      world.asksAtRest = false
    }
    return undefined
  }
}

/**
 * @returns what is wrong; `undefined` when the promise is kept.
 * @throws HarnessError when its check can say neither.
 */
export function ask(promise: string, check: () => unknown): string | undefined {
  let answer: unknown
  try {
    answer = check()
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') return error.message
    if (error instanceof HarnessError || error instanceof MisuseError) throw error
    throw new HarnessError({
      what: `The promise "${promise}" could not be judged: its check threw ${nameThrown(error)}.`,
      why: 'This is a mistake in the check, not in the code that it judges.',
      next: 'Correct the check. A missing document is undefined: ask for it before you look into it.',
    })
  }
  if (answer === true) return undefined
  if (typeof answer === 'string' && answer !== '') return answer
  throw new HarnessError({
    what: `The promise "${promise}" was judged with ${answer === '' ? 'an empty text' : String(answer)}.`,
    why: 'A check answers true when the promise is kept, and a sentence when it is not. Anything else could pass without having looked.',
    next: 'Return true, or a sentence with what was expected and what was found. Look for a missing return.',
  })
}

/** At rest all code has come to its end, but for what waits for messages. */
function checkNobodyWaitsForNothing(execution: Execution): void {
  for (const process of execution.processes) {
    for (const task of process.tasks) {
      if (process.pending.some((operation) => operation.task === task)) continue
      throw new MisuseError('waits-for-nothing', {
        what: `${process.node.name}: the code for ${task.label} waits for something that will never happen here.`,
        why: 'Nothing of what it started is under way any more: it awaits a promise that nobody resolves, or real input or output (a file, the network, another library), which the simulation cannot see.',
        next: 'Await only what the context offers (store, send, publish, http) and timers; look for a `new Promise` without a call of resolve.',
      })
    }
  }
}
