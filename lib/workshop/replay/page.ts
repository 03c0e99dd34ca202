import { renderTerminal, renderWorld } from '../../story/index.js'
import type { Terminal } from '../screen/terminal.js'
import type { Story } from './story.js'
import { endingLines, optionLines } from './story-text.js'

/**
 * One page of the player, exactly as many lines as the terminal has rows: the diagram so far, then the stores and queues, then what could
 * happen next, then the keys. What does not fit is cut where it is oldest, and says so.
 *
 * @param after how many steps have happened; 0 before the first.
 */
export function page(story: Story, after: number, rows: number, terminal: Terminal): string[] {
  const { exercise, trace, brokenAt, brokenAtRest } = story
  const { paint, width, colour } = terminal
  const last = trace.steps.length
  const title = paint.bold(`exercise ${exercise.name.slice(-2)} · ${exercise.title}`)
  const keys = paint.dim(after === last ? '← back · Home · q ends' : '→ next step · ← back · Home · End · q ends')
  const place = `step ${after} of ${last}`

  const worldView = trace.steps[after - 1]?.after
  const below = after === last ? endingLines(story.ending, terminal) : optionLines(story, after, terminal)

  const free = rows - 4 // the title, two blank lines, the keys
  const belowShown = top(below, Math.max(1, Math.floor(free * 0.3)), paint.dim)
  const head = renderTerminal(trace, { width, colour, to: 0 }).split('\n')
  const diagram = after === 0 ? head : renderTerminal(trace, { width, colour, brokenAt, brokenAtRest, to: after }).split('\n')
  // Lines that nobody else needs are for whole documents.
  const forWorld = Math.max(1, Math.floor(free * 0.35), free - belowShown.length - diagram.length)
  const world = (whole: boolean): string[] => (worldView === undefined ? [] : renderWorld(worldView, { width: width - 2, colour, whole }).split('\n').map((line) => `  ${line}`))
  const wholeWorld = world(true)
  const worldShown = top(after === 0 ? ['Nothing has happened yet.'] : wholeWorld.length <= forWorld ? wholeWorld : world(false), forWorld, paint.dim)
  const diagramShown = bottom(diagram, head, Math.max(3, free - belowShown.length - worldShown.length), paint.dim)
  const body = [title, ...diagramShown, '', ...worldShown, '', ...belowShown]
  const filled = [...body.slice(0, rows - 1), ...Array<string>(Math.max(0, rows - 1 - body.length)).fill('')]
  return [...filled, `${keys}   ${place}`]
}

function top(lines: readonly string[], rows: number, dim: (text: string) => string): string[] {
  if (lines.length <= rows) return [...lines]
  return [...lines.slice(0, rows - 1), dim(`  … ${lines.length - rows + 1} more`)]
}

/** The end of a diagram, under its titles. */
function bottom(lines: readonly string[], head: readonly string[], rows: number, dim: (text: string) => string): string[] {
  if (lines.length <= rows) return [...lines]
  const kept = Math.max(1, rows - head.length - 1)
  return [...head, dim('     ⋮'), ...lines.slice(-kept)].slice(-rows)
}
