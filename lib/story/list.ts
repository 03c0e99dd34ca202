import { flow } from './flow.js'
import type { ListLayout } from './layout.js'
import { Line } from './line.js'
import type { Note, Row } from './rows.js'

/** The story without lanes, for terminals too narrow for any: `3  web → store  commit  + orders o-1`. */
export function drawList({ cast, rows }: ListLayout, column: number, width: number): Line[] {
  const titleOf = (lane: number): string => cast.lanes[lane]?.title ?? ''

  function whoOf(row: Row): readonly Note[] {
    if (row.kind === 'time') return []
    if (row.kind === 'point') return [{ text: `${titleOf(row.lane)}${row.crash ? ' ✗' : ''}`, tone: 'hint' }]
    return [{ text: `${titleOf(row.from)} ${row.lost ? '─✗' : '→'} ${titleOf(row.to)}`, tone: 'hint' }]
  }

  return rows.flatMap((row) => {
    const text: Note[] = row.text === '' ? [] : [{ text: row.kind === 'time' ? `┄┄ ${row.text}` : row.text, tone: 'plain' }]
    return flow([...whoOf(row), ...text, ...row.notes], width - column).map((placed, y) => {
      const line = new Line(width)
      if (y === 0) line.put(0, `${String(row.number).padStart(column - 2)}  `, 'number')
      for (const note of placed) line.put(column + note.column, note.text, row.kind === 'time' && note.tone === 'plain' ? 'time' : note.tone)
      return line
    })
  })
}
