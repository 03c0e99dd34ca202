import type { Trace } from '../simulation/trace.js'
import { castOf, unfolded, type Cast, type Folding } from './lanes.js'
import { rowsOf, type Note, type Row, type RowOptions } from './rows.js'
import { cut, displayWidth } from './width.js'

/**
 * Where things stand. A diagram is drawn in the first of these ways that fits the width:
 *
 *     browser          web         store            texts on the arrows
 *  3  │                ├─ get c1 ─▶│  version 1
 *
 *     browser  web  store  broker  orders           many lanes: texts beside the diagram
 *  3  │        ├───▶│      │       │       get c1  version 1
 *
 *  3  web → store  get c1  version 1                no lanes at all
 */
export type Layout = LaneLayout | ListLayout

export interface LaneLayout {
  readonly kind: 'lanes'
  readonly cast: Cast
  readonly rows: readonly Row[]
  readonly textsOn: 'arrows' | 'side'
  /** Columns of the lifelines, from 0. */
  readonly columns: readonly number[]
  /** The lanes' titles, one or more lines each. */
  readonly titles: readonly (readonly string[])[]
  /** The first column beside the diagram. */
  readonly side: number
}

export interface ListLayout {
  readonly kind: 'list'
  readonly cast: Cast
  readonly rows: readonly Row[]
}

/** Columns before the first lifeline: `  3  `. */
export function numberWidth(trace: Trace): number {
  return Math.max(3, String(trace.steps.at(-1)?.number ?? 0).length + 1) + 2
}

/** The columns that an arrow takes besides its text: `─ ` and ` ─▶`, and the step to the next lifeline. */
export const arrowEnds = 6

/** Picks the most telling way to draw the trace in `width` columns. */
export function layoutFor(trace: Trace, width: number, options: RowOptions): Layout {
  const whole = wholeStory(trace, options)
  const ways: (() => LaneLayout | undefined)[] = [
    () => withTexts(trace, unfolded, width, options, whole),
    () => withTexts(trace, { instances: 'apart', stores: 'together' }, width, options, whole),
    () => withoutTexts(trace, unfolded, width, options, 34),
    () => withoutTexts(trace, { instances: 'apart', stores: 'together' }, width, options, 28),
    () => withoutTexts(trace, { instances: 'together', stores: 'together' }, width, options, 26),
    () => withoutTexts(trace, { instances: 'together', stores: 'none' }, width, options, 26),
  ]
  for (const way of ways) {
    const layout = way()
    if (layout) return layout
  }
  const cast = castOf(trace)
  return { kind: 'list', cast, rows: rowsOf(trace, cast, options) }
}

type WholeStory = (cast: Cast) => readonly Row[]

/** Columns are laid out for all steps even when few are shown, so that they stand still while a reader walks through. */
function wholeStory(trace: Trace, { brokenAt }: RowOptions): WholeStory {
  return (cast) => rowsOf(trace, cast, { brokenAt })
}

const longestOnArrow = 40
const shortestOnArrow = 12
const sideAtMost = 26

function withTexts(trace: Trace, folding: Folding, width: number, options: RowOptions, whole: WholeStory): LaneLayout | undefined {
  const cast = castOf(trace, folding)
  const rows = whole(cast)
  const sideNeeded = Math.min(sideAtMost, Math.max(0, ...rows.map(({ notes }) => widthOfNotes(notes))))
  const room = width - sideNeeded
  for (const atLeast of [17, 10]) {
    const first = numberWidth(trace)
    for (let longest = longestOnArrow; longest >= shortestOnArrow; longest--) {
      const columns = columnsFor(cast, rows, first, atLeast, longest)
      const side = (columns.at(-1) ?? first) + 3
      if (side > room) continue
      const titles = cast.lanes.map(({ title }) => [title])
      return { kind: 'lanes', cast, rows: rowsOf(trace, cast, options), textsOn: 'arrows', columns, titles, side }
    }
  }
  return undefined
}

function columnsFor(cast: Cast, rows: readonly Row[], first: number, atLeast: number, longest: number): number[] {
  const gaps = cast.lanes.slice(0, -1).map(({ title }) => Math.max(atLeast, displayWidth(title) + 2))
  const arrows = rows.flatMap((row) => (row.kind === 'arrow' ? [row] : []))
  const bySpan = arrows.sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from))
  for (const { from, to, text } of bySpan) {
    const left = Math.min(from, to)
    const right = Math.max(from, to)
    const present = gaps.slice(left, right).reduce((sum, gap) => sum + gap, 0)
    const missing = Math.min(displayWidth(text), longest) + arrowEnds - present
    for (let gap = left; gap < right && missing > 0; gap++) gaps[gap] = (gaps[gap] ?? 0) + Math.ceil(missing / (right - left))
  }
  return positions(first, gaps)
}

function withoutTexts(
  trace: Trace,
  folding: Folding,
  width: number,
  options: RowOptions,
  sideAtLeast: number,
): LaneLayout | undefined {
  const cast = castOf(trace, folding)
  const titles = cast.lanes.map(({ title }) => title.split(' ').map((word) => cut(word, 10)))
  const gaps = titles.slice(0, -1).map((words) => Math.max(6, ...words.map((word) => displayWidth(word) + 2)))
  const columns = positions(numberWidth(trace), gaps)
  const lastTitle = Math.max(0, ...(titles.at(-1) ?? []).map(displayWidth))
  const side = (columns.at(-1) ?? 0) + Math.max(3, lastTitle + 2)
  if (width - side < sideAtLeast) return undefined
  return { kind: 'lanes', cast, rows: rowsOf(trace, cast, options), textsOn: 'side', columns, titles, side }
}

function positions(first: number, gaps: readonly number[]): number[] {
  const columns = [first]
  for (const gap of gaps) columns.push((columns.at(-1) ?? first) + gap)
  return columns
}

function widthOfNotes(notes: readonly Note[]): number {
  return notes.reduce((sum, { text }) => sum + displayWidth(text) + 2, 0)
}
