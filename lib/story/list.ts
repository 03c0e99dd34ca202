import { flow } from './flow.js'
import type { ListLayout } from './layout.js'
import { Line } from './line.js'
import type { Note, Row } from './rows.js'

/** One step without lanes, for terminals too narrow for any: `3  web → store  commit  + orders o-1`. */
export function drawListRow(row: Row, { titles, side }: ListLayout, width: number): Line[] {
  const text: Note[] = row.text === '' ? [] : [{ text: row.kind === 'time' ? `┄┄ ${row.text}` : row.text, tone: 'plain' }]
  return flow([...actorsOf(row, titles), ...text, ...row.notes], width - side).map((placed, y) => {
    const line = new Line(width)
    if (y === 0) line.put(0, String(row.number).padStart(side - 2), 'number')
    for (const note of placed) line.put(side + note.column, note.text, row.kind === 'time' && note.tone === 'plain' ? 'time' : note.tone)
    return line
  })
}

function actorsOf(row: Row, titles: readonly string[]): readonly Note[] {
  const title = (lane: number): string => titles[lane] ?? ''
  if (row.kind === 'time') return []
  if (row.kind === 'point') return [{ text: title(row.lane), tone: 'hint' }]
  return [{ text: `${title(row.from)} ${row.lost ? '─✗' : '→'} ${title(row.to)}`, tone: 'hint' }]
}
