import { MisuseError } from './errors.js'
import type { Task } from './task.js'

/**
 * The answer to an object that was changed after it had been handed over.
 *
 * @param what `the document orders o1`
 * @param call to which it was handed.
 * @param copy an expression that makes a changed copy.
 */
export function mutatedAfterHandover(task: Task, what: string, call: string, copy: string): MisuseError {
  return new MisuseError('mutated-after-handover', {
    what: `${task.process.node.name}: ${what} was changed after it had been handed to ${call}.`,
    why: 'What was handed over is what counts; the change reaches nobody. Code that relies on it works only as long as everything runs in one memory.',
    next: `Make the change before the call, or make a copy and change that: ${copy}.`,
  })
}
