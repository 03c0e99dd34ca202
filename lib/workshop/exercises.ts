import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, wherever it was cloned to. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Exercise {
  /** `exercise-07-message-identity` */
  readonly folder: string
  /** `exercise-07` */
  readonly name: string
  readonly number: number
  /** `message-identity` */
  readonly title: string
  readonly module: Module
}

export interface Module {
  readonly number: number
  readonly title: string
  /** Beyond the sixteen exercises of the two days, and never counted among them. */
  readonly elective: boolean
}

export interface ListedModule extends Module {
  /** The numbers of its exercises. Those of an elective module may not have been written yet: `listExercises` has what there is. */
  readonly exercises: readonly number[]
}

export const modules: readonly ListedModule[] = [
  { number: 1, title: "Capture the user's intent", exercises: [1, 2, 3], elective: false },
  { number: 2, title: 'Process every message, once, and leak nothing', exercises: [4, 5, 6, 7, 8, 9], elective: false },
  { number: 3, title: 'Convince yourself', exercises: [10, 11, 12], elective: false },
  { number: 4, title: 'Call systems that are not yours', exercises: [13, 14], elective: false },
  { number: 5, title: 'Rethink deduplication', exercises: [15, 16], elective: false },
  { number: 6, title: 'Share the work', exercises: [17, 18, 19, 20], elective: true },
  { number: 7, title: 'Agree', exercises: [21, 22], elective: true },
  { number: 8, title: 'Time and long processes', exercises: [23, 24, 25], elective: true },
  { number: 9, title: 'Workflows as code', exercises: [26, 27, 28], elective: true },
  { number: 10, title: 'Out into the world', exercises: [29, 30], elective: true },
]

/** What an exercise belongs to that nobody has listed yet. */
const noModule: Module = { number: 0, title: 'Not in a module yet', elective: true }

/** The modules that have an exercise: those of the core, and of the electives those that somebody has begun. */
export function existingModules(exercises: readonly Exercise[] = listExercises()): readonly ListedModule[] {
  return modules.filter(({ number }) => exercises.some(({ module }) => module.number === number))
}

/** All exercises that there are, in order. */
export function listExercises(): readonly Exercise[] {
  return readdirSync(join(root, 'exercises'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const [, digits, title] = /^exercise-(\d\d)-([a-z0-9-]+)$/.exec(entry.name) ?? []
      if (digits === undefined || title === undefined) return []
      const number = Number(digits)
      const module = modules.find(({ exercises }) => exercises.includes(number)) ?? noModule
      return [{ folder: entry.name, name: `exercise-${digits}`, number, title, module }]
    })
    .sort((a, b) => a.number - b.number)
}

/**
 * Finds an exercise by what people type: `7`, `07`, `exercise-7`, `exercise-07`, `message-identity`, or the whole name of its folder; and by
 * what an editor puts in, the path of a file that belongs to it.
 */
export function findExercise(text: string, exercises: readonly Exercise[] = listExercises()): Exercise | undefined {
  const trimmed = text.trim().toLowerCase().replace(/^(?:\.[/\\])?(?:exercises|solutions|facilitation)[/\\]/, '').replace(/[/\\].*$|\.md$/, '')
  const digits = /^(?:exercise-?|ex-?)?0*(\d+)$/.exec(trimmed)?.[1]
  return exercises.find((exercise) => exercise.folder === trimmed || exercise.title === trimmed || exercise.number === Number(digits))
}

export function exerciseFolder(exercise: Exercise): string {
  return join(root, 'exercises', exercise.folder)
}

export function solutionFolder(exercise: Exercise): string {
  return join(root, 'solutions', exercise.folder)
}

/** The files that an attendee edits: those of the pristine starter. */
export function attendeeFiles(exercise: Exercise): readonly string[] {
  const folder = join(solutionFolder(exercise), 'starter')
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.ts')).sort() : []
}

export function testFile(exercise: Exercise): string {
  return join(exerciseFolder(exercise), `${exercise.name}.test.ts`)
}

/** The names of the `.ts` files in a folder of a solution: its near misses, its second solutions. */
export function listSubmissions(exercise: Exercise, kind: 'near-misses' | 'second-solutions'): readonly string[] {
  const folder = join(solutionFolder(exercise), kind)
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.ts')).sort() : []
}

/** What the header of a near miss says of itself. */
export interface NearMissHeader {
  readonly caughtBy: string
  readonly because: string
  /** The file that it stands in for. */
  readonly replaces: string | undefined
}

/** Reads `Caught by:`, `Because:` and `Replaces:` from the comment at the top of a near miss. */
export function readHeader(file: string): Partial<NearMissHeader> {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const lines = comment.split(/\r?\n/).map((line) => line.replace(/^\s*\* ?/, ''))
  const read = (name: string): string | undefined => {
    const start = lines.findIndex((line) => line.startsWith(`${name}: `))
    if (start < 0) return undefined
    const rest = lines.slice(start + 1)
    const end = rest.findIndex((line) => line.trim() === '' || /^[A-Z][a-z ]+: /.test(line))
    return [lines[start]?.slice(name.length + 2) ?? '', ...rest.slice(0, end < 0 ? undefined : end)].map((line) => line.trim()).join(' ').trim()
  }
  const [caughtBy, because, replaces] = [read('Caught by'), read('Because'), read('Replaces')]
  return { ...(caughtBy === undefined ? {} : { caughtBy }), ...(because === undefined ? {} : { because }), replaces }
}
