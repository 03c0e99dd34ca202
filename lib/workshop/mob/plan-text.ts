import { markdownText } from '../screen/markdown.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { digits } from './page.js'
import { turnsOf, type Plan } from './plan.js'

/** The plan as text, for whoever has no terminal at hand, or wants to print it. */
export function tell(plan: Plan, terminal: Terminal): string {
  const { exercise, prediction, discussion, alone, mob } = plan
  const { paint, width } = terminal
  const text = (markdown: string): string => markdownText(markdown, { ...terminal, width: width - 2 }).replace(/^/gm, '  ')
  const span = (from: number, to: number): string => `${digits(from)}–${digits(to)}`
  return [
    paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title} · the mob's plan`),
    '',
    paint.bold('Predict, before anything runs'),
    text(prediction),
    '',
    ...(alone === 0 ? [] : [`${paint.bold(span(0, alone))}  alone, each with their own files`]),
    ...(mob === 0 ? [] : [`${paint.bold(span(alone, alone + mob))}  as a mob`]),
    ...turnsOf(plan).map(({ driver, navigators, from, to }) => text(`${span(alone + from, alone + to)}  ${driver} drives; ${navigators.join(', ')}`)),
    '',
    paint.bold('Talk about it'),
    ...discussion.map((question) => text(`- ${question}`)),
    '',
    exercise.name,
    ...endLines(plan, terminal),
  ].join('\n')
}

/** How the command ends, with and without a terminal. */
export function endLines({ exercise }: Plan, terminal: Terminal): string[] {
  return nextLines(
    [
      [`npm test -- ${exercise.name}`, 'judges the files of whoever drives'],
      [`npm run solution -- ${exercise.name}`, 'when the mob has fallen behind'],
    ],
    terminal,
  )
}
