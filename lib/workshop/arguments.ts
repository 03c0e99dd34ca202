import { ExplainedError } from './explained.js'
import { findExercise, listExercises, type Exercise } from './exercises.js'

/** @throws ExplainedError when there is none, or when one is unknown. */
export function namedExercises(names: readonly string[]): readonly Exercise[] {
  const exercises = listExercises()
  if (names.length === 0) {
    throw new ExplainedError({
      what: 'No exercise was named.',
      why: 'Without its name nothing can be done with it.',
      next: `Name one: ${list(exercises)}. The number will do.`,
    })
  }
  const found = names.map((name) => {
    const exercise = findExercise(name, exercises)
    if (exercise !== undefined) return exercise
    throw new ExplainedError({
      what: `There is no exercise "${name}".`,
      why: 'Nothing was run.',
      next: `The exercises are ${list(exercises)}. The number will do.`,
    })
  })
  return [...new Set(found)].sort((a, b) => a.number - b.number)
}

function list(exercises: readonly Exercise[]): string {
  return exercises.map(({ name, title }) => `${name} (${title})`).join(', ')
}
