import { Worker } from 'node:worker_threads'
import { onProgress } from '../../progress.js'
import { watchMainThread, type Watched } from './watch.js'

export interface Watchdog {
  /** A check begins: whatever happens from now on is its doing. Before the first one it is that of the files that are loaded. */
  name(test: string): void
  /** Nothing is asked of the code until the next check begins. */
  rest(): void
}

export interface WatchdogOptions {
  /** Where the report goes. */
  readonly folder: string
  /** Milliseconds of processor time without a sign of life. */
  readonly limit: number
  /** Tenths of a second in which nothing happens at all; six times as many while files are loaded. */
  readonly patience: number
}

/** The limits of graded checks. Tests of the workshop set others in the environment. */
export function watchdogOptions(environment: Readonly<Record<string, string | undefined>>): WatchdogOptions | undefined {
  const { WORKSHOP_LOOPS: folder, WORKSHOP_LOOP_LIMIT: limit, WORKSHOP_IDLE_LIMIT: patience } = environment
  return folder === undefined ? undefined : { folder, limit: Number(limit ?? 5_000), patience: Number(patience ?? 50) }
}

/**
 * Ends this process when its main thread does not come back, or waits for what never comes, and leaves a report of where it was: an endless loop blocks
 * everything in its own thread, test timeouts included, so somebody else has to look. That is a second thread, which can stop the first with the debugger.
 *
 * No clock decides. A loop is processor time without a turn of the event loop and without progress, so neither a busy machine nor a breakpoint looks like
 * one, and however much there is to do is not held against it: the simulator turns the event loop once for each execution, which takes milliseconds, and
 * the model checker, which never turns it, reports its progress. Waiting in vain is the event loop turning with nothing to do: many turns, no progress,
 * and next to no processor time.
 */
export function startWatchdog({ folder, limit, patience }: WatchdogOptions): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(8))
  const watched: Watched = { beats, limit, patience, folder }
  // The thread's code comes as text, because Node.js 20 does not run TypeScript and a loader of its own would cost more than the watchdog does.
  const worker = new Worker(`(${watchMainThread.toString()})(require, require('node:worker_threads').workerData)`, { eval: true, workerData: watched, execArgv: [] })
  worker.unref()
  const beat = (): void => void Atomics.add(beats, 0, 1)
  const progress = (): void => {
    beat()
    Atomics.add(beats, 1, 1)
  }
  setInterval(beat, 100).unref()
  onProgress(progress)
  return {
    name(test) {
      progress()
      worker.postMessage(test)
    },
    rest: () => worker.postMessage(null),
  }
}
