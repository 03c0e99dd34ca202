import { listAgendas, numbersIn, partsOf, type Minutes, type Row } from '../agendas.js'
import { modules } from '../exercises.js'

/** A way to run the workshop: one of the agendas in WORKSHOP.md, or two days of them. Each module of electives is one of its own. */
export interface Course {
  /** What a slide calls it: `half-a-day`; `module-6` for electives. */
  readonly name: string
  /** In order, each with its minutes. */
  readonly exercises: ReadonlyMap<number, Minutes>
  readonly rows: readonly Row[]
}

const names = { 'two-days': /^Day \d/, 'one-day': /^One day/, 'half-a-day': /^Half a day/, 'two-hours': /^Two hours/ } as const
const electives = modules.flatMap(({ number, elective }): [string, RegExp][] => (elective ? [[`module-${number}`, new RegExp(`^Module ${number},`)]] : []))

export function listCourses(): readonly Course[] {
  const agendas = listAgendas()
  const all = [...Object.entries(names), ...electives].map(([name, title]) => {
    const rows = agendas.filter((agenda) => title.test(agenda.title)).flatMap((agenda) => agenda.rows)
    const exercises = rows.flatMap((row) => numbersIn(row).flatMap((number): [number, Minutes][] => {
      const minutes = partsOf(row)
      return minutes === undefined ? [] : [[number, minutes]]
    }))
    return { name, rows, exercises: new Map(exercises) }
  })
  return all.filter(({ rows }) => rows.length > 0)
}
