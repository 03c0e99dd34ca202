import { Worker } from 'node:worker_threads'
import { onProgress } from '../../progress.js'
import { watchMainThread, type Watched } from './watch.js'

/**
 * Ends this process when its main thread does not come back, and leaves a report of where it was: an endless loop blocks everything in its own
 * thread, test timeouts included, so somebody else has to look. That is a second thread, which can stop the first with the debugger.
 *
 * What counts is processor time without a turn of the event loop and without progress, so neither a busy machine nor a breakpoint looks like a loop, and
 * however much there is to do is not held against it. The simulator turns the event loop at least once for each execution, which takes milliseconds; the
 * model checker, which never turns it, reports its progress.
 */
export function startWatchdog({ folder, limit }: { readonly folder: string; /** Milliseconds of processor time. */ readonly limit: number }): { name(test: string): void } {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const watched: Watched = { beats, limit, folder }
  // The thread's code comes as text, because Node.js 20 does not run TypeScript and a loader of its own would cost more than the watchdog does.
  const worker = new Worker(`(${watchMainThread.toString()})(require, require('node:worker_threads').workerData)`, { eval: true, workerData: watched, execArgv: [] })
  worker.unref()
  const beat = (): void => void Atomics.add(beats, 0, 1)
  setInterval(beat, 100).unref()
  onProgress(beat)
  return { name: (test) => worker.postMessage(test) }
}
