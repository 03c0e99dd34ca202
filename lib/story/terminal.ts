import type { Trace } from '../simulation/trace.js'
import { paintWith, wantsColour } from './colours.js'
import { flow, type Placed } from './flow.js'
import { arrowEnds, layoutFor, numberWidth, type LaneLayout } from './layout.js'
import { Line } from './line.js'
import { drawList } from './list.js'
import type { ArrowRow, Note, PointRow, Row, TimeRow } from './rows.js'
import { fit } from './shorten.js'
import { displayWidth } from './width.js'

export interface TerminalOptions {
  /** Columns of the terminal; at least 40. Left out: those of standard output, or 80. */
  readonly width?: number | undefined
  /** Left out: as NO_COLOR and FORCE_COLOR ask for, else only when standard output is a terminal. */
  readonly colour?: boolean | undefined
  /** Number of the step at which the promise broke. */
  readonly brokenAt?: number | undefined
  /** Number of the first step to show. Left out: the first one. */
  readonly from?: number | undefined
  /** Number of the last step to show. Left out: the last one. */
  readonly to?: number | undefined
}

/**
 * Draws a trace as a sequence diagram for a terminal: who takes part above, then one numbered line per step, with what came of it to the right. No
 * line is longer than `width`. When room is short, participants share lanes, then texts leave the arrows, and in the end a list is left.
 */
export function renderTerminal(trace: Trace, options: TerminalOptions = {}): string {
  const width = Math.max(40, options.width ?? terminalWidth())
  const paint = paintWith(options.colour ?? wantsColour())
  const layout = layoutFor(trace, width, options)
  const lines =
    layout.kind === 'list' ? drawList(layout, numberWidth(trace), width) : [...drawTitles(layout, width), ...layout.rows.flatMap((row) => draw(row, layout, width))]
  return lines.map((line) => line.print(paint)).join('\n')
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

function draw(row: Row, layout: LaneLayout, width: number): Line[] {
  if (row.kind === 'time') return drawTime(row, layout.columns[0] ?? 0, width)
  const beside = flow(besideOf(row, layout), width - layout.side)
  const height = row.kind === 'point' && row.crash ? Math.max(2, beside.length) : beside.length
  return Array.from({ length: height }, (_, y) => {
    const line = new Line(width)
    if (y === 0) line.put(0, stepNumber(row.number, layout.columns[0] ?? 0), 'number')
    for (const column of layout.columns) line.put(column, '│', 'lifeline')
    if (y === 0 && row.kind === 'arrow') drawArrow(line, row, layout)
    if (row.kind === 'point') drawPoint(line, row, layout, y)
    for (const { column, text, tone } of beside[y] ?? []) line.put(layout.side + column, text, tone)
    return line
  })
}

/** `  3  `: right-aligned, two blanks before the diagram. */
export function stepNumber(number: number, width: number): string {
  return `${String(number).padStart(width - 2)}  `
}

function drawArrow(line: Line, { from, to, text, line: kind, lost }: ArrowRow, { columns, textsOn }: LaneLayout): void {
  const start = columns[from] ?? 0
  const end = columns[to] ?? 0
  const left = Math.min(start, end)
  const right = Math.max(start, end)
  const stroke = kind === 'dashed' ? '╌' : '─'
  line.put(left + 1, stroke.repeat(right - left - 1), 'arrow')
  const forwards = start < end
  line.put(start, forwards ? '├' : '┤', 'arrow')
  if (lost) line.put(forwards ? right - 2 : left + 1, forwards ? '✗ ' : ' ✗', 'crash')
  else line.put(forwards ? right - 1 : left + 1, forwards ? '▶' : '◀', 'arrow')
  if (textsOn === 'side' || text === '') return
  const space = right - left - arrowEnds
  line.put(left + (forwards ? 2 : 3), ` ${fit(text, space)} `, 'text')
}

function drawPoint(line: Line, row: PointRow, layout: LaneLayout, y: number): void {
  const column = layout.columns[row.lane] ?? 0
  // A process that crashed starts again on the next line.
  if (row.crash) line.put(column, y === 0 ? '✗' : y === 1 ? '┬' : '│', 'crash')
  else if (y === 0) line.put(column, '●', 'arrow')
  if (y === 0 && fitsInGap(row, layout)) line.put(column + 2, row.text, 'text')
}

/** The text of a step within one lane stands right of the lifeline where there is room, else beside the diagram. */
function fitsInGap({ text, lane }: PointRow, { columns, textsOn }: LaneLayout): boolean {
  const next = columns[lane + 1]
  return textsOn === 'arrows' && next !== undefined && displayWidth(text) + 3 < next - (columns[lane] ?? 0)
}

function besideOf(row: ArrowRow | PointRow, layout: LaneLayout): readonly Note[] {
  const saidInside = row.kind === 'arrow' ? layout.textsOn === 'arrows' : fitsInGap(row, layout)
  return saidInside || row.text === '' ? row.notes : [{ text: row.text, tone: 'plain' }, ...row.notes]
}

function drawTime({ number, text, notes }: TimeRow, column: number, width: number): Line[] {
  return flow([{ text, tone: 'plain' }, ...notes], width - column - 6).map((placed: readonly Placed[], y) => {
    const line = new Line(width)
    if (y === 0) line.put(0, stepNumber(number, column), 'number')
    line.put(column, '┄'.repeat(width - column), 'time')
    for (const note of placed) line.put(column + 2 + note.column, ` ${note.text} `, note.tone === 'plain' ? 'time' : note.tone)
    return line
  })
}

