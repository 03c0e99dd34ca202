import type { Trace } from '../simulation/trace.js'
import { besideOf, textIsInside } from './side-notes.js'
import { paintWith, wantsColour } from './colours.js'
import { flow } from './flow.js'
import { arrowEnds, layoutFor, type LaneLayout } from './layout.js'
import { Line } from './line.js'
import { drawListRow } from './list.js'
import type { ArrowRow, PointRow, Row, TimeRow } from './rows.js'
import { fit } from './shorten.js'

export interface TerminalOptions {
  /** Columns of the terminal; at least 40. Left out: those of standard output, or 80. */
  readonly width?: number | undefined
  /** Left out: as NO_COLOR and FORCE_COLOR ask for, else only when standard output is a terminal. */
  readonly colour?: boolean | undefined
  /** Number of the step at which the promise broke. */
  readonly brokenAt?: number | undefined
  /** True when the promise was judged at the end, when nothing was left to do: the last line says so. */
  readonly brokenAtRest?: boolean | undefined
  /** False to leave out what was written, sent and answered. Left out: true. */
  readonly facts?: boolean | undefined
  /** Number of the first step to show. Left out: the first one. */
  readonly from?: number | undefined
  /** Number of the last step to show. Left out: the last one. */
  readonly to?: number | undefined
}

/**
 * Draws a trace as a sequence diagram for a terminal: who takes part above, then one numbered line per step, with what came of it to the right. No
 * line is longer than `width`. When room is short, texts leave the arrows, then participants share lanes, and in the end a list is left.
 */
export function renderTerminal(trace: Trace, options: TerminalOptions = {}): string {
  const width = Math.max(40, options.width ?? terminalWidth())
  const paint = paintWith(options.colour ?? wantsColour())
  const layout = layoutFor(trace, width, options.brokenAt, { facts: options.facts ?? true })
  const { from = 1, to = Infinity } = options
  const shown = layout.rows.filter(({ number }) => number >= from && number <= to)
  const lines = [
    ...(layout.kind === 'lanes' ? drawTitles(layout, width) : []),
    ...shown.flatMap((row) => (layout.kind === 'list' ? drawListRow(row, layout, width) : drawRow(row, layout, width))),
    ...(options.brokenAtRest === true && to >= (layout.rows.at(-1)?.number ?? 0) ? [drawRest(layout.kind === 'list' ? layout.side : (layout.columns[0] ?? 0), width)] : []),
  ]
  return lines.map((line) => line.print(paint)).join('\n')
}

/** `  3  `: right-aligned, two blanks before what follows. */
export function stepNumber(number: number, width: number): string {
  return `${String(number).padStart(width - 2)}  `
}

/** In a pipe there are no columns, whatever the type says. */
function terminalWidth(): number {
  return Math.min(process.stdout.columns || 80, 160)
}

function drawTitles({ titles, columns }: LaneLayout, width: number): Line[] {
  const height = Math.max(0, ...titles.map((words) => words.length))
  return Array.from({ length: height }, (_, y) => {
    const line = new Line(width)
    titles.forEach((words, lane) => line.put(columns[lane] ?? 0, words[y - height + words.length] ?? '', 'title'))
    return line
  })
}

function drawRow(row: Row, layout: LaneLayout, width: number): Line[] {
  const first = layout.columns[0] ?? 0
  if (row.kind === 'time') return drawTime(row, first, width)
  const beside = besideOf(row, layout, width)
  return beside.map((placed, y) => {
    const line = new Line(width)
    if (y === 0) line.put(0, stepNumber(row.number, first), 'number')
    for (const column of layout.columns) line.put(column, '│', 'lifeline')
    if (row.kind === 'point') drawPoint(line, row, layout, y)
    else if (y === 0) drawArrow(line, row, layout)
    for (const { column, text, tone } of placed) line.put(layout.side + column, text, tone)
    return line
  })
}

function drawArrow(line: Line, row: ArrowRow, layout: LaneLayout): void {
  const start = layout.columns[row.from] ?? 0
  const end = layout.columns[row.to] ?? 0
  const [left, right] = start < end ? [start, end] : [end, start]
  const forwards = start < end
  line.put(left + 1, (row.line === 'dashed' ? '╌' : '─').repeat(right - left - 1), 'arrow')
  line.put(start, forwards ? '├' : '┤', 'arrow')
  if (row.lost) line.put(forwards ? right - 2 : left + 1, forwards ? '✗ ' : ' ✗', 'crash')
  else line.put(forwards ? right - 1 : left + 1, forwards ? '▶' : '◀', 'arrow')
  if (layout.textsOn === 'side' || row.text === '') return
  line.put(left + (forwards ? 2 : 3), ` ${fit(row.text, right - left - arrowEnds)} `, 'text')
}

function drawPoint(line: Line, row: PointRow, layout: LaneLayout, y: number): void {
  const column = layout.columns[row.lane] ?? 0
  // A process that crashed starts again on the next line.
  if (row.crash && y < 2) line.put(column, y === 0 ? '✗' : '┬', 'crash')
  else if (y === 0) line.put(column, '●', 'arrow')
  if (y === 0 && textIsInside(row, layout)) line.put(column + 2, row.text, 'text')
}

/** The end, at which promises about the end are judged. */
function drawRest(first: number, width: number): Line {
  const line = new Line(width)
  line.put(first, '┄'.repeat(width - first), 'time')
  line.put(line.put(first + 2, ' nothing is left to do ', 'time') + 1, ' ✗ broken now ', 'broken')
  return line
}

function drawTime({ number, text, notes }: TimeRow, first: number, width: number): Line[] {
  const faults = notes.filter(({ tone }) => tone === 'fault')
  const others = notes.filter(({ tone }) => tone !== 'fault')
  return flow([...faults, { text, tone: 'plain' }, ...others], width - first - 6).map((placed, y) => {
    const line = new Line(width)
    if (y === 0) line.put(0, stepNumber(number, first), 'number')
    line.put(first, '┄'.repeat(width - first), 'time')
    for (const note of placed) line.put(first + 2 + note.column, ` ${note.text} `, note.tone === 'plain' ? 'time' : note.tone)
    return line
  })
}
