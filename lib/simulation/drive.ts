import type { Execution } from './execution.js'
import { installGlobals } from './globals.js'

/**
 * Runs an execution: whenever all code is parked, `atRest` is called, and lets the next thing happen. It returns false to end.
 *
 * Everything is parked when the microtask queue has run empty. Counting ticks cannot tell (code may await as often as it likes);
 * `process.nextTick` can: called from a microtask, it comes when the queue is empty, and not before. Once per execution the real
 * event loop turns, so that timers of the process around us and unhandled rejections still surface.
 */
export function drive(execution: Execution, atRest: () => boolean, options: { readonly quiet: boolean }): Promise<void> {
  return new Promise((resolve, reject) => {
    const restore = installGlobals(execution, options)
    const finish = (): void => {
      execution.over = true
      restore()
      nativeSetImmediate(resolve)
    }
    const again = (): void => nativeNextTick(step)
    const step = (): void => {
      try {
        if (atRest()) queueMicrotask(again)
        else finish()
      } catch (error) {
        execution.over = true
        restore()
        nativeSetImmediate(() => reject(error instanceof Error ? error : new Error(String(error))))
      }
    }
    try {
      execution.boot()
      queueMicrotask(again)
    } catch (error) {
      execution.over = true
      restore()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
  })
}

// Captured at import: inside an execution these names mean something else.
const nativeSetImmediate = setImmediate
const nativeNextTick = process.nextTick.bind(process)
