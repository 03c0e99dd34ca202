import { flow, type Placed } from './flow.js'
import type { LaneLayout } from './layout.js'
import type { ArrowRow, Note, PointRow } from './rows.js'
import { displayWidth } from './width.js'

/** What stands beside the lanes in each line of a step. Columns count from the first one beside the diagram. */
export function besideOf(row: ArrowRow | PointRow, layout: LaneLayout, width: number): Placed[][] {
  const room = width - layout.side
  const text: Note[] = row.text === '' || textIsInside(row, layout) ? [] : [{ text: row.text, tone: 'plain' }]
  if (row.kind === 'point' && row.crash) {
    // Under the crash, beside the lifeline that starts again, stands what that means.
    const [fault, ...meaning] = row.notes
    return [...flow(fault ? [...text, fault] : text, room), ...flow(meaning, room)]
  }
  if (layout.aligned === 0) return flow([...text, ...row.notes], room)
  const shift = (lines: Placed[][], by: number): Placed[][] => lines.map((placed) => placed.map((note) => ({ ...note, column: note.column + by })))
  const first = row.notes.findIndex(({ tone }) => tone === 'detail')
  const inColumn = shift(flow(row.notes, room - layout.aligned), layout.aligned)
  // Long details need the whole width: they stand below.
  const lines = first < 0 || inColumn.length === 1 ? inColumn : [...shift(flow(row.notes.slice(0, first), room - layout.aligned), layout.aligned), ...flow(row.notes.slice(first), room, 2)]
  return lines.map((placed, y) => [...(y === 0 ? text.map((note) => ({ ...note, column: 0 })) : []), ...placed])
}

/** The text of a step stands on its arrow, or right of the lifeline when it has no arrow and there is room before the next lifeline. */
export function textIsInside(row: ArrowRow | PointRow, { columns, textsOn }: LaneLayout): boolean {
  if (textsOn === 'side' || row.kind === 'arrow') return textsOn === 'arrows'
  const next = columns[row.lane + 1]
  return next !== undefined && displayWidth(row.text) + 3 < next - (columns[row.lane] ?? 0)
}
