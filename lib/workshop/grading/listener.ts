import type { Exercise } from '../exercises.js'
import type { ExerciseResult } from './result.js'

export interface Listener {
  /** A run begins; again at each change in watch mode. */
  readonly onStart?: () => void
  /** A check begins. */
  readonly onCheck?: (exercise: Exercise | undefined, name: string) => void
  /** All checks are over; again after each run in watch mode. */
  readonly onEnd: (results: readonly ExerciseResult[]) => void | Promise<void>
}
