import type { Execution } from './execution.js'
import type { Stage } from './globals.js'

/**
 * Runs an execution: whenever all code is parked, `atRest` is called, and lets the next thing happen. It returns false to end.
 *
 * Everything is parked when the microtask queue has run empty. Counting ticks cannot tell (code may await as often as it likes); a full drain
 * can: {@link findDrain} from the event loop, or `process.nextTick`, which comes when the queue is empty and not before. After at most
 * {@link longestTurn} and an execution the real event loop turns, so that timers of the process around us still fire.
 */
export function drive(execution: Execution, stage: Stage, atRest: () => boolean, drain: (() => void) | null = drainMicrotasks): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      execution.over = true
      stage.execution = undefined
      resolve()
    }
    const fail = (error: unknown): void => {
      execution.over = true
      stage.execution = undefined
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const again = (): void => nativeNextTick(step)
    const step = (): void => {
      try {
        if (atRest()) void settled.then(again)
        else finish()
      } catch (error) {
        fail(error)
      }
    }
    if (drain === null) {
      nativeSetImmediate(() => {
        stage.execution = execution
        try {
          execution.boot()
          void settled.then(again)
        } catch (error) {
          fail(error)
        }
      })
      return
    }
    inTurn(drain, () => {
      stage.execution = execution
      try {
        execution.boot()
        do drain()
        while (atRest())
        finish()
      } catch (error) {
        fail(error)
      }
    })
  })
}

/**
 * Runs what is to be run from the event loop, in its turn. Whoever waited for it may have more to run: that needs no other turn, as long as this one
 * has not taken too long. All of it is called from here, so the stack of an error is the same whatever ran before.
 */
function inTurn(drain: () => void, run: () => void): void {
  waiting.push(run)
  if (turning) return
  turning = true
  const turn = (): void => {
    const begin = nativeNow()
    try {
      do {
        waiting.shift()?.()
        drain()
      } while (waiting.length > 0 && nativeNow() - begin < longestTurn)
    } finally {
      turning = waiting.length > 0
      if (turning) nativeSetImmediate(turn)
    }
  }
  nativeSetImmediate(turn)
}

const waiting: (() => void)[] = []
/** True while `waiting` is going to be looked at. */
let turning = false

/** Milliseconds. */
const longestTurn = 10

// Captured at import: inside an execution these names mean something else.
const nativeSetImmediate = setImmediate
const nativeNow = performance.now.bind(performance)
const settled = Promise.resolve() // cheaper than queueMicrotask, which makes an object for async_hooks
const nativeNextTick = process.nextTick.bind(process)

/**
 * What runs all microtasks, and what `process.nextTick` holds, until there is nothing left: what Node.js itself does after each callback of the event
 * loop. It has no public name; where it is missing, every step waits for a tick instead, which takes longer.
 */
export function findDrain(host: object): (() => void) | null {
  const callback: unknown = Reflect.get(host, '_tickCallback')
  return typeof callback === 'function' ? () => (callback as () => void).call(host) : null
}

const drainMicrotasks = findDrain(process)
