import type { Exercise } from '../exercises.js'
import type { Theatre } from './run.js'

export function stageStory(_exercise: Exercise, _theatre: Theatre): Promise<number> {
  return Promise.resolve(1)
}
