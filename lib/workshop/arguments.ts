import { ExplainedError } from './explained-error.js'
import { findExercise, listExercises, type Exercise } from './exercises.js'

/** @throws ExplainedError when there is none, or when one is unknown. */
export function namedExercises(names: readonly string[]): readonly Exercise[] {
  const exercises = listExercises()
  if (names.length === 0) {
    throw new ExplainedError({
      what: 'No exercise was named.',
      why: 'This command needs to know which one you mean.',
      next: `Name one: ${list(exercises)}. The number is enough.`,
    })
  }
  const found = names.map((name) => {
    const exercise = findExercise(name, exercises)
    if (exercise !== undefined) return exercise
    throw new ExplainedError({
      what: `There is no exercise "${name}".`,
      why: 'Nothing was run.',
      next: `The exercises are ${list(exercises)}. The number is enough.`,
    })
  })
  return [...new Set(found)].sort((a, b) => a.number - b.number)
}

/** @throws ExplainedError unless exactly one exercise is named. */
export function oneExercise(names: readonly string[]): Exercise {
  const [first, second] = namedExercises(names)
  if (first !== undefined && second === undefined) return first
  throw new ExplainedError({
    what: `Several exercises were named: ${names.join(', ')}.`,
    why: 'This command is about one exercise at a time.',
    next: 'Name one of them.',
  })
}

/**
 * Runs `parseArgs` of node:util.
 *
 * @throws ExplainedError for a flag that it does not know.
 */
export function parsed<Result>(parse: () => Result): Result {
  try {
    return parse()
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new ExplainedError({ what: plainly(text), why: 'Nothing was done.', next: 'With --help the command says what it understands.' })
  }
}

/** Without Node.js's advice, which is not about these commands. */
function plainly(text: string): string {
  const [first = text] = text.split(/\. (?:To specify|This command)|\n/)
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+) <value>' argument (?:missing|is ambiguous)/.exec(first) ?? []
  return option === undefined ? `${first}.` : `${option} needs a value.`
}

function list(exercises: readonly Exercise[]): string {
  return exercises.map(({ name, title }) => `${name} (${title})`).join(', ')
}
