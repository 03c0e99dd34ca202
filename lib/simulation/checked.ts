import type { Task } from './task.js'

/** Runs the check of a call's arguments: a mistake in a call ends the execution, even if the code catches it. */
export function checked<T>(task: Task, check: () => T): T {
  try {
    return check()
  } catch (error) {
    task.process.host.fail(error)
    throw error
  }
}
