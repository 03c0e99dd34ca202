import { levelReached, type CheckResult, type ExerciseResult, type Level } from './result.js'

/** What `npm run grade` prints as JSON. The electives stand apart: no total of the sixteen exercises contains them. */
export interface Grades extends Totals {
  readonly electives: Totals
}

export interface Totals {
  /** Three for each exercise. */
  readonly stars: number
  readonly maxStars: number
  readonly points: number
  readonly maxPoints: number
  readonly exercises: readonly ExerciseGrade[]
}

export interface ExerciseGrade {
  readonly name: string
  readonly title: string
  readonly level: Level
  readonly points: number
  readonly maxPoints: number
  readonly passed: number
  readonly checks: readonly { readonly name: string; readonly level: Level; readonly state: CheckResult['state'] }[]
  /** Why the exercise could not be judged, if so. */
  readonly problems: readonly string[]
}

/** One point for ★, two more for ★★, three more for ★★★. A level counts only together with those below it. */
export function gradesOf(results: readonly ExerciseResult[]): Grades {
  const among = (elective: boolean): Totals => totalsOf(results.filter(({ exercise }) => exercise.module.elective === elective))
  return { ...among(false), electives: among(true) }
}

function totalsOf(results: readonly ExerciseResult[]): Totals {
  const exercises = results.map(({ exercise, checks, problems }): ExerciseGrade => {
    const level = problems.length > 0 ? 0 : levelReached(checks)
    const levels = ([1, 2, 3] as const).filter((each) => checks.some((check) => check.level === each))
    return {
      name: exercise.name,
      title: exercise.title,
      level,
      points: sum(levels.filter((each) => each <= level)),
      maxPoints: checks.length === 0 ? 6 : sum(levels),
      passed: checks.filter(({ state }) => state === 'passed').length,
      checks: checks.map(({ fullName, level: own, state }) => ({ name: fullName, level: own, state })),
      problems: problems.map(({ title, site }) => (site === undefined ? title : `${title} (${site})`)),
    }
  })
  return { stars: sum(exercises.map(({ level }) => level)), maxStars: 3 * exercises.length, points: sum(exercises.map(({ points }) => points)), maxPoints: sum(exercises.map(({ maxPoints }) => maxPoints)), exercises }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
