import { markdownText } from '../screen/markdown.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { digits } from './page.js'
import { orderAt, partsInOrder, turnsOf, type Part, type Plan } from './plan.js'

/** The plan as text, for whoever has no terminal at hand, or wants to print it. */
export function tell(plan: Plan, terminal: Terminal): string {
  const { exercise, times } = plan
  const { paint } = terminal
  const parts = partsInOrder.filter((part) => times[part] > 0)
  const beginOf = (part: Part): number => parts.slice(0, parts.indexOf(part)).reduce((sum, before) => sum + times[before], 0)
  return [
    paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title} · the mob's plan`),
    '',
    ...parts.flatMap((part) => [`${paint.bold(span(beginOf(part), times[part]))}  ${titles[part]}`, ...below(part, beginOf(part), plan, terminal), '']),
    exercise.name,
    ...endLines(plan, turnsOf(plan).length, terminal),
  ].join('\n')
}

const titles = {
  predict: 'Predict, before anything runs',
  observe: 'Observe',
  discuss: 'Discuss what you saw',
  alone: 'Implement, alone, each with their own files',
  mob: 'Implement, as a mob',
  reflect: 'Reflect',
} as const

function span(from: number, takes: number): string {
  return `${digits(from)}–${digits(from + takes)}`
}

function below(part: Part, begin: number, plan: Plan, terminal: Terminal): string[] {
  const text = (markdown: string): string => textOf(markdown, terminal)
  return {
    predict: () => [text(plan.prediction)],
    observe: () => [text(`npm run observe -- ${plan.exercise.name}`), text('Somebody reads the story aloud, one line at a time.')],
    discuss: () => plan.discussion.map((question) => text(`- ${question}`)),
    alone: () => [],
    mob: () => turnsOf(plan).map(({ driver, navigators, from, to }) => text(`${span(begin + from, to - from)}  ${driver} drives; ${navigators.join(', ')}`)),
    reflect: () => plan.reflection.map((question) => text(`- ${question}`)),
  }[part]()
}

function textOf(markdown: string, terminal: Terminal): string {
  return markdownText(markdown, { ...terminal, width: terminal.width - 2 }).replace(/^/gm, '  ')
}

/** How the command ends, with and without a terminal, after so many turns at the keyboard. */
export function endLines(plan: Plan, turns: number, terminal: Terminal): string[] {
  const { exercise } = plan
  return [
    ...nextLines(
      [
        [`npm test -- ${exercise.name}`, 'judges the files of whoever drives'],
        [`npm run solution -- ${exercise.name}`, 'when the mob has fallen behind'],
      ],
      terminal,
    ),
    textOf(`Next time in this order: --people "${orderAt(plan, turns).join(', ')}"`, terminal),
  ]
}
