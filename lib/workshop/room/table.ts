import type { Exercise } from '../exercises.js'
import type { About } from './room-database.js'
import type { Person } from './progress.js'

/** Everybody and everything as JSON, for whoever wants to look at the course afterwards. Times are in the form of ISO 8601. */
export function roomAsJson({ began }: About, people: readonly Person[]): string {
  return JSON.stringify(
    {
      began: timeOf(began),
      people: people.map(({ name, joined, left, reports, last, work }) => ({
        name,
        joined: timeOf(joined),
        left,
        reports,
        last: last === undefined ? null : { exercise: last.exercise, command: last.command, at: timeOf(last.at) },
        exercises: Object.entries(work)
          .sort(([one], [other]) => one.localeCompare(other))
          .map(([exercise, { stars, passed, total, done, applied, hints, red }]) => ({
            exercise,
            stars,
            passed,
            total,
            done,
            solution: applied,
            hints,
            failing: red === undefined ? null : { check: red.check, since: timeOf(red.since) },
          })),
      })),
    },
    undefined,
    2,
  )
}

/** One line for each person, one column for each exercise with its stars, as a spreadsheet reads it (RFC 4180). */
export function roomAsCsv(people: readonly Person[], exercises: readonly Exercise[]): string {
  const columns = exercises.filter(({ name, module }) => !module.elective || people.some(({ work }) => name in work))
  const lines = [
    ['name', 'joined', 'last', 'done', 'hints', 'solutions', ...columns.map(({ name }) => name)],
    ...people.map(({ name, joined, last, work }) => {
      const all = Object.values(work)
      return [
        name,
        timeOf(joined),
        last === undefined ? '' : timeOf(last.at),
        String(all.filter(({ done }) => done).length),
        String(all.reduce((hints, each) => hints + each.hints, 0)),
        String(all.filter(({ applied }) => applied).length),
        ...columns.map((column) => String(work[column.name]?.stars ?? '')),
      ]
    }),
  ]
  return lines.map((cells) => cells.map(cellOf).join(',')).join('\r\n')
}

/** A spreadsheet takes what begins like a formula for one, and would run it: the name of a person must not be. */
function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
