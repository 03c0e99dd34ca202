import { join } from 'node:path'
import { contentOf } from './attendee-files.js'
import { exerciseFolder, type Exercise } from './exercises.js'

export interface Hint {
  /** What its task is called, if it has a name: an attendee who does the tasks in another order looks for it. */
  readonly title: string | undefined
  readonly text: string
}

/** None where the exercise has no hints. */
export function listHints(exercise: Exercise): readonly Hint[] {
  return splitHints(contentOf(join(exerciseFolder(exercise), 'hints.md')) ?? '')
}

/** The sections `## 1`, `## 2 · ghost message` … of `hints.md`. */
export function splitHints(text: string): readonly Hint[] {
  const sections = text.split(/^## \d+(?: · (.+?))?\s*$/m).slice(1)
  return sections.flatMap((section, index) => (index % 2 === 0 ? [] : [{ title: sections[index - 1], text: section.trim() }]))
}

/**
 * The number of the hint for a check whose name begins with the hint's title, as `ghost message: the promise must break` does; undefined where
 * no hint is about that check alone.
 */
export function hintAbout(check: string, hints: readonly Hint[]): number | undefined {
  const index = hints.findIndex(({ title }) => title !== undefined && check.startsWith(`${title}:`))
  return index < 0 ? undefined : index + 1
}
